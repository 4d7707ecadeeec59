using System;
using System.Globalization;
using System.Linq;

namespace Latent.OperatorGenerator;

/// <summary>An argument of a schema as a parameter of the generated method, and how its value is handed over.</summary>
internal sealed class Parameter
{
    private readonly SchemaArgument argument;

    /// <exception cref="NotSupportedException">The argument's type or default has no C# form; the message names it.</exception>
    public Parameter(SchemaArgument argument)
    {
        this.argument = argument;
        Name = Naming.Parameter(argument.Name);
        Bare = Name.TrimStart('@');
        IsHidden = argument.Type.Name is "Layout" or "MemoryFormat" or "Generator" || argument.Name == "pin_memory";
        if (IsHidden) return;
        Type = CSharpType(argument.Type);
        Default = argument.Default is null ? null : CSharpDefault(argument.Type, argument.Default);
    }

    public string Name { get; }

    /// <summary>The name without the escape of a keyword: the stem of the local variables that belong to it.</summary>
    private string Bare { get; }

    /// <summary>Memory layout, pinning and the hidden generator are libtorch's own business: it gets its default, the user no parameter.</summary>
    public bool IsHidden { get; }

    /// <summary>The C# type.</summary>
    public string Type { get; } = "";

    /// <summary>The C# default value; null if there is none.</summary>
    public string? Default { get; }

    /// <summary>Whether it names the tensor the method belongs to; ATen's linear algebra calls it A.</summary>
    public bool IsSelf => argument.Name is "self" or "A" && argument.Type.Is("Tensor");

    public bool IsList => argument.Type.IsList;
    public bool IsElementType => argument.Type.Name == "ScalarType";

    /// <summary>Whether the list is meant to have one element, so that a plain number can stand for it.</summary>
    public bool IsSingle => argument.Type is { Name: "int", IsList: true, ListSize: 1 };

    /// <summary>The number that a single's default stands for; null if the default is no number.</summary>
    public string? SingleDefault => argument.Default?.Trim('[', ']') is { Length: > 0 } text && text != "None" ? text : null;

    /// <summary>Statements that prepare what is handed over, and the clause of <c>fixed</c> that pins it; either may be empty.</summary>
    public (string Preparation, string Fixed) Setup()
    {
        var type = argument.Type;
        if (type.Name == "str")
        {
            var given = type.IsOptional ? $"({Name} ?? \"\")" : Name;
            return ($"""
                Span<byte> {Bare}Utf8 = {given}.Length <= 64 ? stackalloc byte[192] : new byte[3 * {given}.Length];
                var {Bare}Length = Encoding.UTF8.GetBytes({given}, {Bare}Utf8);
                """, $"byte* {Bare}Pointer = {Bare}Utf8");
        }
        if (!type.IsList) return ("", "");
        if (type.Name == "Tensor")
        {
            var handle = type.HasOptionalElements ? "?.Handle ?? 0" : ".Handle";
            return ($"""
                Span<nint> {Bare}Handles = {Name}.Length <= 64 ? stackalloc nint[64] : new nint[{Name}.Length];
                for (var i = 0; i < {Name}.Length; i++) {Bare}Handles[i] = {Name}[i]{handle};
                """, $"nint* {Bare}Pointer = {Bare}Handles");
        }
        var fill = ListDefault();
        var pinned = type.Name == "int" ? "long" : type.Name == "float" ? "double" : "bool";
        return (fill.Length == 0 ? "" : $"if ({Name}.IsEmpty) {Name} = [{fill}];", $"{pinned}* {Bare}Pointer = {Name}");
    }

    /// <summary>The expression that makes the native value.</summary>
    public string Value()
    {
        var type = argument.Type;
        if (IsHidden) return argument.Default is { } text && text != "None" ? $"NativeValue.Of({text}L)" : "NativeValue.None";
        if (type is { IsList: true, Name: "Tensor" }) return $"NativeValue.Of{(type.HasOptionalElements ? "Optional" : "")}Tensors({Bare}Pointer, {Name}.Length)";
        if (type is { IsList: true, Name: "bool" }) return $"NativeValue.OfBools({Bare}Pointer, {Name}.Length)";
        if (type.IsList) return $"NativeValue.Of{(type.IsOptional ? "Optional" : "")}({Bare}Pointer, {Name}.Length)";
        if (type.Name == "str")
        {
            var value = $"NativeValue.Of({Bare}Pointer, {Bare}Length)";
            return type.IsOptional ? $"{Name} is null ? NativeValue.None : {value}" : value;
        }
        if (type.Is("Scalar") && argument.Default is not null) return $"NativeValue.Of({Name}.IsDefault ? {Number(argument.Default)} : {Name})";
        return $"NativeValue.Of{(type.IsOptional ? "Optional" : "")}({Name})";
    }

    private static string CSharpType(SchemaType type)
    {
        var element = type.Name switch
        {
            "Tensor" => "Tensor",
            "int" => "long",
            "float" => "double",
            "bool" => "bool",
            "Scalar" => "Scalar",
            "ScalarType" => "ElementType",
            "Device" => "Device",
            "str" => "string",
            _ => throw Unsupported(type),
        };
        if (!type.IsList) return element + (type.IsOptional ? "?" : "");
        var hasForm = type.Name switch
        {
            "Tensor" => !type.IsOptional,
            "int" => !type.HasOptionalElements,
            "float" or "bool" => !type.IsOptional && !type.HasOptionalElements,
            _ => false,
        };
        return hasForm ? $"ReadOnlySpan<{element}{(type.HasOptionalElements ? "?" : "")}>" : throw Unsupported(type);
    }

    private static string CSharpDefault(SchemaType type, string text) => type switch
    {
        { IsList: true, Name: "int" or "float" or "bool" } => "default",
        { IsOptional: true } when text == "None" => "null",
        { Name: "bool" } when text is "True" or "False" => text == "True" ? "true" : "false",
        { Name: "str" } when text[0] == '"' => text,
        { Name: "Scalar", IsOptional: false } when Number(text) is not null => "default",
        { Name: "int" or "float" } when Number(text) is { } number => number,
        _ => throw new NotSupportedException($"the default '{text}' of type {type} has no C# form"),
    };

    /// <summary>The elements that an absent list stands for: <c>stride=1</c> in two dimensions is <c>1, 1</c>.</summary>
    private string ListDefault()
    {
        if (argument.Default is null or "[]" or "None") return "";
        if (argument.Default[0] == '[') return argument.Default.Trim('[', ']');
        return string.Join(", ", Enumerable.Repeat(argument.Default, Math.Max(1, argument.Type.ListSize)));
    }

    /// <summary>A number as C# writes it, real if ATen's is real; null if the text is none.</summary>
    private static string? Number(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)) return integer.ToString(CultureInfo.InvariantCulture);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)) return null;
        var digits = real.ToString("R", CultureInfo.InvariantCulture);
        return digits.IndexOfAny(['.', 'E']) < 0 ? digits + ".0" : digits;
    }

    private static NotSupportedException Unsupported(SchemaType type) => new($"the type {type} has no C# form");
}
