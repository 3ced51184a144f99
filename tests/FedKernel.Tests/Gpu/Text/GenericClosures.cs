// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace FedKernel.Tests.Gpu.Text;

/// <summary>
/// Every way to fill the parameters of a generic method or type: a parameter with an interface for a constraint takes each type
/// that implements it, and the arguments of that interface fill the others.
/// </summary>
internal sealed class GenericClosures
{
    private readonly List<Type> _types;

    /// <param name="types">What parameters may take. Generic ones are closed over the others, in this order.</param>
    public GenericClosures(IEnumerable<Type> types)
    {
        List<Type> all = [.. types];
        _types = [.. all.Where(t => !t.IsGenericTypeDefinition)];
        foreach (Type definition in all.Where(t => t.IsGenericTypeDefinition))
        {
            _types.AddRange([.. Arguments(definition.GetGenericArguments()).Select(a => definition.MakeGenericType(a))]);
        }
    }

    public IEnumerable<MethodInfo> Close(MethodInfo method) => method.IsGenericMethodDefinition
        ? Arguments(method.GetGenericArguments()).Select(a => method.MakeGenericMethod(a))
        : [method];

    private IEnumerable<Type[]> Arguments(Type[] parameters) => Fill(parameters, new Dictionary<Type, Type>());

    private IEnumerable<Type[]> Fill(Type[] parameters, Dictionary<Type, Type> known)
    {
        Type? next = Array.Find(parameters, p => !known.ContainsKey(p) && Constraints(p).Any());
        if (next is null)
        {
            // A parameter that nothing fixes, as the element of Two<TPack>, could be anything: that type is no candidate.
            return parameters.All(known.ContainsKey) ? [Array.ConvertAll(parameters, p => known[p])] : [];
        }

        return _types.SelectMany(t => Take(next, t, known)).SelectMany(k => Fill(parameters, k));
    }

    /// <summary>What is known when the parameter is the type, for each way in which the type implements its constraints.</summary>
    private static IEnumerable<Dictionary<Type, Type>> Take(Type parameter, Type type, Dictionary<Type, Type> known)
    {
        IEnumerable<Dictionary<Type, Type>> ways = [new Dictionary<Type, Type>(known) { [parameter] = type }];
        return Constraints(parameter).Aggregate(ways, (all, constraint) => all.SelectMany(way => type.GetInterfaces()
            .Select(i => Unify(constraint, i, way)).OfType<Dictionary<Type, Type>>()));
    }

    private static IEnumerable<Type> Constraints(Type parameter) =>
        parameter.GetGenericParameterConstraints().Where(c => c.IsInterface);

    private static Dictionary<Type, Type>? Unify(Type pattern, Type type, Dictionary<Type, Type> known)
    {
        if (pattern.IsGenericParameter)
        {
            return known.TryGetValue(pattern, out Type? value)
                ? value == type ? known : null
                : new Dictionary<Type, Type>(known) { [pattern] = type };
        }

        if (!pattern.ContainsGenericParameters)
        {
            return pattern == type ? known : null;
        }

        if (!type.IsGenericType || type.GetGenericTypeDefinition() != pattern.GetGenericTypeDefinition())
        {
            return null;
        }

        Dictionary<Type, Type>? way = known;
        foreach ((Type p, Type t) in pattern.GetGenericArguments().Zip(type.GetGenericArguments()))
        {
            way = way is null ? null : Unify(p, t, way);
        }

        return way;
    }
}
