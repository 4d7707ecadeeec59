using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;

namespace Latent.OperatorGenerator;

/// <summary>
/// C# names for ATen's. The order of words is ATen's, one to one; each underscore starts a word, and <see cref="Compounds"/>
/// says where ATen writes several words as one. Families keep their prefix: <c>linalg_qr</c> is <c>LinalgQr</c>.
/// </summary>
internal static class Naming
{
    /// <summary>Words that are several words, or an acronym of two letters.</summary>
    private static readonly Dictionary<string, string> Compounds = new(StringComparer.Ordinal)
    {
        ["addmm"] = "AddMM", ["allclose"] = "AllClose", ["argmax"] = "ArgMax", ["argmin"] = "ArgMin",
        ["argsort"] = "ArgSort", ["baddbmm"] = "BAddBMM", ["bincount"] = "BinCount", ["bmm"] = "BMM", ["cdist"] = "CDist",
        ["col2im"] = "Col2Im", ["cummax"] = "CumMax", ["cumprod"] = "CumProd", ["cumsum"] = "CumSum",
        ["erfinv"] = "ErfInv", ["expm1"] = "ExpM1", ["im2col"] = "Im2Col", ["isclose"] = "IsClose",
        ["isfinite"] = "IsFinite", ["isinf"] = "IsInf", ["isnan"] = "IsNaN", ["keepdim"] = "KeepDim", ["kl"] = "KL",
        ["kthvalue"] = "KthValue", ["lgamma"] = "LGamma", ["linspace"] = "LinSpace", ["log1p"] = "Log1P",
        ["logabsdet"] = "LogAbsDet", ["logaddexp"] = "LogAddExp", ["logcumsumexp"] = "LogCumSumExp", ["logdet"] = "LogDet",
        ["logsumexp"] = "LogSumExp", ["matmul"] = "MatMul", ["meshgrid"] = "MeshGrid", ["mm"] = "MM",
        ["movedim"] = "MoveDim", ["mv"] = "MV", ["nan"] = "NaN", ["nonzero"] = "NonZero", ["rsqrt"] = "RSqrt",
        ["searchsorted"] = "SearchSorted", ["slogdet"] = "SLogDet", ["topk"] = "TopK", ["xlogy"] = "XLogY",
    };

    /// <summary><c>masked_fill</c> → <c>MaskedFill</c>; in place, <c>add_</c> → <c>AddInPlace</c>.</summary>
    public static string Method(Schema schema) => Pascal(schema.BareName) + (schema.IsInPlace ? "InPlace" : "");

    /// <summary><c>keepdim</c> → <c>keepDim</c>, <c>A</c> → <c>a</c>, <c>implicit</c> → <c>@implicit</c>.</summary>
    public static string Parameter(string name)
    {
        var pascal = Pascal(name);
        var camel = pascal.All(char.IsUpper) || pascal == "NaN" ? pascal.ToLowerInvariant() : char.ToLowerInvariant(pascal[0]) + pascal.Substring(1);
        return SyntaxFacts.GetKeywordKind(camel) == SyntaxKind.None ? camel : "@" + camel;
    }

    /// <summary>The name of a result in a tuple: <c>logabsdet</c> → <c>LogAbsDet</c>.</summary>
    public static string Result(string name) => Pascal(name);

    /// <summary>The field that holds the operator: <c>sum_dim_IntList</c>.</summary>
    public static string Field(Schema schema)
    {
        var field = schema.Overload.Length == 0 ? schema.BareName : $"{schema.BareName}_{schema.Overload}";
        return SyntaxFacts.GetKeywordKind(field) == SyntaxKind.None ? field : "@" + field;
    }

    private static string Pascal(string name) => string.Concat(
        from word in name.Split(['_'], StringSplitOptions.RemoveEmptyEntries)
        select Compounds.TryGetValue(word, out var compound) ? compound : char.ToUpperInvariant(word[0]) + word.Substring(1));
}
