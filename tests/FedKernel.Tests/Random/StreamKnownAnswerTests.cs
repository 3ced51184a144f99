// SPDX-License-Identifier: Apache-2.0
// RFC 8439: section 2.3.2, section 2.4.2, appendix A.1. Philox: kat_vectors of Random123 (philox4x32, 10 rounds).
using System.Runtime.InteropServices;
using FedKernel.Devices.Validation;
using FedKernel.Numerics;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Random;

public sealed class StreamKnownAnswerTests
{
    private const string Counting = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    [Theory]
    [InlineData(
        Counting, 1, "000000090000004a00000000",
        "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e")]
    [InlineData(
        "", 0, "",
        "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586")]
    [InlineData(
        "", 1, "",
        "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f")]
    [InlineData(
        "0000000000000000000000000000000000000000000000000000000000000001", 1, "",
        "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0")]
    [InlineData(
        "00ff", 2, "",
        "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096")]
    [InlineData(
        "", 0, "000000000000000000000002",
        "c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c78a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d")]
    public void ChaCha20_Rfc8439_GivesTheKeyStream(string key, uint counter, string nonce, string keyStream)
    {
        Assert.Equal(keyStream, Convert.ToHexStringLower(Engine(key, nonce, counter)));
        Assert.Equal(keyStream, Convert.ToHexStringLower(Reference(key, nonce, counter)));
    }

    [Fact]
    public void ChaCha20_Rfc8439Section242_Encrypts()
    {
        byte[] text =
        [
            .. "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "u8,
            .. "sunscreen would be it."u8,
        ];
        const string Nonce = "000000000000004a00000000";
        byte[] stream = [.. Engine(Counting, Nonce, 1), .. Engine(Counting, Nonce, 2)];
        byte[] cipher = [.. text.Zip(stream, (t, s) => (byte)(t ^ s))];
        Assert.Equal(
            "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dabcd62b357"
            + "1639d624e65152ab8f530c359f0861d807ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab7793736"
            + "5af90bbf74a35be6b40b8eedf2785e42874d",
            Convert.ToHexStringLower(cipher));
    }

    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0ul, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(
        0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffff_fffffffful,
        0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(
        0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0x299f31d0_a4093822ul,
        0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_Random123Vectors_Match(
        uint c0, uint c1, uint c2, uint c3, ulong key, uint r0, uint r1, uint r2, uint r3)
    {
        var stream = new PhiloxStream(new SimulationSeed(key), default);
        stream.Philox(
            new ScalarWord(c0), new ScalarWord(c1), new ScalarWord(c2), new ScalarWord(c3),
            out ScalarWord e0, out ScalarWord e1, out ScalarWord e2, out ScalarWord e3);
        Assert.Equal([r0, r1, r2, r3], new[] { e0.Value, e1.Value, e2.Value, e3.Value });
        uint[] reference = [c0, c1, c2, c3];
        ReferenceStreams.Philox(reference, key);
        Assert.Equal([r0, r1, r2, r3], reference);
    }

    private static byte[] Engine(string key, string nonce, uint counter)
    {
        // The stream is eleven words in the order of the RFC; its constructor cannot make the nonces of sections 2.3.2 and 2.4.2.
        byte[] state = [.. Bytes(key, 32), .. Bytes(nonce, 12)];
        ChaCha20Stream stream = MemoryMarshal.Read<ChaCha20Stream>(state);
        Block16<ScalarWord> block = stream.Words(new ScalarWord(counter));
        return MemoryMarshal.AsBytes(new ReadOnlySpan<Block16<ScalarWord>>(in block)).ToArray();
    }

    private static byte[] Reference(string key, string nonce, uint counter)
    {
        var words = new uint[16];
        ReferenceStreams.ChaCha20(
            MemoryMarshal.Cast<byte, uint>(Bytes(key, 32)), counter, MemoryMarshal.Cast<byte, uint>(Bytes(nonce, 12)), words);
        return MemoryMarshal.AsBytes<uint>(words).ToArray();
    }

    private static byte[] Bytes(string hex, int length)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Array.Resize(ref bytes, length);
        return bytes;
    }
}
