/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the shim share: whether the runtime may be entered, and the text of the shim's own failures. */
#ifndef FEDKERNEL_STATE_H
#define FEDKERNEL_STATE_H

#include "table.h"

/* The functions of the managed side; filled before fki_ready() first returns FK_STATUS_OK. */
extern fk_function_table fki_table;

/* FK_STATUS_OK if the runtime may be entered; otherwise why not, and the text is set. */
fk_status fki_ready(void);

/* Sets the text of this thread and returns the status. */
fk_status fki_fail(fk_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Passes a status of the managed side on, and notes where its text lies. */
fk_status fki_note(fk_status status);

#endif
