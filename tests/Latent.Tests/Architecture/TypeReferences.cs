using System.Reflection;
using System.Reflection.Emit;

namespace Latent.Tests.Architecture;

/// <summary>The types that a type refers to: in its declaration, in the signatures of its members, and in the code of their bodies.</summary>
internal static class TypeReferences
{
    private const BindingFlags Own = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    /// <summary>Each type once; parts of arrays, pointers and generic types by themselves.</summary>
    public static IReadOnlySet<Type> Of(Type type)
    {
        IEnumerable<Type?> direct =
        [
            type.BaseType, .. type.GetInterfaces(), .. type.GetGenericArguments().SelectMany(a => a.GetGenericParameterConstraints()),
            .. type.GetFields(Own).Select(f => f.FieldType),
            .. type.GetMethods(Own).SelectMany(OfMethod),
            .. type.GetConstructors(Own).SelectMany(OfMethod),
        ];
        return direct.OfType<Type>().SelectMany(Parts).ToHashSet();
    }

    private static IEnumerable<Type?> OfMethod(MethodBase method)
    {
        if (method is MethodInfo { ReturnType: var result }) yield return result;
        foreach (var parameter in method.GetParameters()) yield return parameter.ParameterType;
        if (method.GetMethodBody() is not { } body) yield break;
        foreach (var local in body.LocalVariables) yield return local.LocalType;
        foreach (var clause in body.ExceptionHandlingClauses)
            if (clause.Flags == ExceptionHandlingClauseOptions.Clause) yield return clause.CatchType;
        foreach (var token in Tokens(body.GetILAsByteArray()!))
        {
            var typeArguments = method.DeclaringType!.GetGenericArguments();
            var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
            switch (method.Module.ResolveMember(token, typeArguments, methodArguments))
            {
                case Type named:
                    yield return named;
                    break;
                case MethodInfo called:
                    yield return called.DeclaringType;
                    yield return called.ReturnType;
                    foreach (var argument in called.IsGenericMethod ? called.GetGenericArguments() : []) yield return argument;
                    break;
                case { } member:
                    yield return member.DeclaringType;
                    break;
            }
        }
    }

    /// <summary>The tokens of types, methods and fields among the operands of instructions.</summary>
    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? (short)(0xFE00 | code[at + 1]) : code[at];
            var instruction = OpCodesByValue[value];
            at += instruction.Size;
            if (instruction.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
                yield return BitConverter.ToInt32(code, at);
            at += instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType) return Parts(type.GetElementType()!);
        if (type.IsGenericParameter) return [];
        return type.IsConstructedGenericType ? [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Parts)] : [type];
    }
}
