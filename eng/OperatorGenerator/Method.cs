using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Latent.OperatorGenerator;

/// <summary>
/// The C# method of a schema. A first argument <c>Tensor self</c> (or <c>Tensor A</c>) makes it an instance method, anything else a static one.
/// In-place operators are internal. A parameter keeps its default if all parameters after it have one.
/// </summary>
internal sealed class Method
{
    private readonly Schema schema;
    private readonly IReadOnlyList<Parameter> arguments;
    private readonly IReadOnlyList<Parameter> exposed;
    private readonly bool isStatic;

    /// <exception cref="NotSupportedException">Part of the schema has no C# form; the message names it.</exception>
    public Method(Schema schema)
    {
        this.schema = schema;
        Name = Naming.Method(schema);
        if (schema.Arguments.Skip(schema.IsInPlace ? 1 : 0).Any(a => a.Type.IsWritten))
            throw new NotSupportedException("it writes into an argument; only in-place operators (a name that ends in '_') may, and only into self");
        arguments = schema.Arguments.Select(a => new Parameter(a)).ToList();
        isStatic = arguments.Count == 0 || !arguments[0].IsSelf;
        exposed = arguments.Where((p, i) => !p.IsHidden && (i > 0 || isStatic)).ToList();
        Result = ResultType();
    }

    public string Name { get; }
    private string Result { get; }

    /// <summary>What C# tells overloads apart by, for each method written.</summary>
    public IEnumerable<string> Signatures
    {
        get
        {
            yield return Signature(exposed.Select(p => p.Type));
            if (HasSingles) yield return Signature(exposed.Select(SingleType));
        }
    }

    private bool HasSingles => exposed.Any(p => p.IsSingle);

    private string Signature(IEnumerable<string> types) =>
        $"{Name}({string.Join(", ", types.Select(t => t is "Tensor?" or "string?" ? t.TrimEnd('?') : t.Replace("Tensor?>", "Tensor>")))})";

    private static string SingleType(Parameter p) => p.IsSingle ? "long" : p.Type;

    private static string? SingleDefault(Parameter p) => p.IsSingle ? p.SingleDefault : p.Default;

    /// <param name="text">Takes the source.</param>
    /// <param name="isOverloaded">Whether another schema makes a method of the same name.</param>
    public void Write(StringBuilder text, bool isOverloaded)
    {
        WriteHead(text, isOverloaded, isUnsafe: true, Declarations());
        text.Append("    {\n");
        var setups = arguments.Where(p => !p.IsHidden).Select(p => p.Setup()).ToList();
        foreach (var (preparation, _) in setups)
            foreach (var line in preparation.Split(['\n'], StringSplitOptions.RemoveEmptyEntries)) text.Append($"        {line.TrimEnd()}\n");
        var pins = setups.Select(s => s.Fixed).Where(clause => clause.Length > 0).ToList();
        foreach (var clause in pins) text.Append($"        fixed ({clause})\n");
        var indent = "        ";
        if (pins.Count > 0)
        {
            text.Append("        {\n");
            indent += "    ";
        }
        text.Append($"{indent}var stack = stackalloc NativeValue[{Math.Max(1, arguments.Count)}];\n");
        for (var i = 0; i < arguments.Count; i++)
            text.Append($"{indent}stack[{i}] = {(i == 0 && !isStatic ? "NativeValue.Of(this)" : arguments[i].Value())};\n");
        text.Append($"{indent}{(Result == "void" ? "" : "return ")}Schemas.{Naming.Field(schema)}.{Call()}(stack, {arguments.Count});\n");
        if (pins.Count > 0) text.Append("        }\n");
        text.Append("    }\n\n");
        if (HasSingles) WriteSingles(text, isOverloaded);
    }

    /// <summary>
    /// The overload that takes plain numbers where the schema has lists of one: <c>x.Sum(-1)</c>. Parameters up to the first
    /// such list become required, as without it a call could mean either overload.
    /// </summary>
    private void WriteSingles(StringBuilder text, bool isOverloaded)
    {
        var first = exposed.TakeWhile(p => !p.IsSingle).Count();
        var lastRequired = exposed.Count - 1;
        while (lastRequired > first && SingleDefault(exposed[lastRequired]) is not null) lastRequired--;
        var declarations = exposed.Select((p, i) =>
            $"{SingleType(p)} {p.Name}{(i <= lastRequired ? "" : $" = {SingleDefault(p)}")}");
        WriteHead(text, isOverloaded, isUnsafe: false, declarations);
        text.Append($"        => {Name}({string.Join(", ", exposed.Select(p => p.IsSingle ? $"[{p.Name}]" : p.Name))});\n\n");
    }

    private void WriteHead(StringBuilder text, bool isOverloaded, bool isUnsafe, IEnumerable<string> declarations)
    {
        text.Append($"    /// <summary><c>{schema.Text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;")}</c></summary>\n");
        // The literal 0 converts to an enumeration as well as to a number; where both fit, the number is meant.
        if (isOverloaded && exposed.Count > 0 && exposed[0].IsElementType) text.Append("    [OverloadResolutionPriority(-1)]\n");
        if (isUnsafe) text.Append("    [SkipLocalsInit]\n");
        text.Append($"    {(schema.IsInPlace ? "internal" : "public")} {(isStatic ? "static " : "")}{Result} {Name}({string.Join(", ", declarations)})\n");
    }

    private IEnumerable<string> Declarations()
    {
        var firstOptional = exposed.Count;
        while (firstOptional > 0 && exposed[firstOptional - 1].Default is not null) firstOptional--;
        var variadic = exposed.Count(p => p.IsList) == 1 && firstOptional == exposed.Count && exposed[exposed.Count - 1].IsList;
        return exposed.Select((p, i) =>
            $"{(variadic && i == exposed.Count - 1 ? "params " : "")}{p.Type} {p.Name}{(i >= firstOptional ? $" = {p.Default}" : "")}");
    }

    private string ResultType()
    {
        var results = schema.Results;
        if (schema.IsInPlace || results.Count == 0) return "void";
        if (results.Count == 1)
        {
            var type = results[0].Type;
            if (type is { Name: "Tensor", IsList: true, IsOptional: false, HasOptionalElements: false }) return "Tensor[]";
            if (!type.IsList && !type.IsOptional)
            {
                switch (type.Name)
                {
                    case "Tensor": return "Tensor";
                    case "float": return "double";
                    case "int": return "long";
                    case "bool": return "bool";
                    case "Scalar": return "Scalar";
                }
            }
        }
        else if (results.Count <= 5 && results.All(r => r.Type.Is("Tensor")))
            return $"({string.Join(", ", results.Select(r => r.Name.Length == 0 ? "Tensor" : $"Tensor {Naming.Result(r.Name)}"))})";
        throw new NotSupportedException($"the result ({string.Join(", ", results.Select(r => r.Type))}) has no C# form");
    }

    private string Call() => Result switch
    {
        "void" => schema.IsInPlace ? "CallInPlace" : "CallVoid",
        "Tensor" => "CallTensor",
        "Tensor[]" => "CallTensorList",
        "double" => "CallDouble",
        "long" => "CallLong",
        "bool" => "CallBool",
        "Scalar" => "CallScalar",
        _ => $"CallTensors{schema.Results.Count}",
    };
}
