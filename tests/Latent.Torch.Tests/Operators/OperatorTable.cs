namespace Latent.Torch.Tests.Operators;

/// <summary>Small computations with every operator of operators.txt. The values are worked out by hand or by the formula in C#.</summary>
internal static partial class OperatorTable
{
    private const double EulerGamma = 0.57721566490153286;
    private static readonly double SqrtPi = Math.Sqrt(Math.PI);

    public static readonly ILookup<string, OperatorRow> Rows = All().ToLookup(row => row.Operator);

    private static IEnumerable<OperatorRow> All() =>
    [
        .. Arithmetic(), .. SpecialFunctions(), .. Activations(), .. Logic(), .. Reductions(), .. Sorting(), .. Shapes(), .. Joining(),
        .. Indexing(), .. Creation(), .. LinearAlgebra(), .. Convolution(), .. Normalisation(), .. Losses(), .. InPlace(),
    ];

    private static IEnumerable<OperatorRow> Arithmetic() =>
    [
        Row("add.Tensor", () => D(1, 2).Add(D(10, 20)), Real(11, 22)),
        Row("add.Tensor", () => D(1, 2).Add(D(10, 20), 2), Real(21, 42)),
        Row("add.Scalar", () => D(1, 2).Add(3, 2), Real(7, 8)),
        Row("sub.Tensor", () => D(1, 2).Sub(D(10, 20), 2), Real(-19, -38)),
        Row("sub.Scalar", () => D(1, 2).Sub(3), Real(-2, -1)),
        Row("rsub.Scalar", () => D(1, 2).Rsub(5), Real(4, 3)),
        Row("mul.Tensor", () => D(1, 2).Mul(D(3, -4)), Real(3, -8)),
        Row("mul.Scalar", () => I(2, 3).Mul(4), Whole(8, 12)),
        Row("div.Tensor", () => D(1, 3).Div(D(4, 2)), Real(0.25, 1.5)),
        Row("div.Scalar", () => I(1, 3).Div(2), Single(0.5, 1.5)),
        Row("div.Tensor_mode", () => D(7, -7).Div(D(2, 2), "floor"), Real(3, -4)),
        Row("div.Tensor_mode", () => D(7, -7).Div(D(2, 2), null), Real(3.5, -3.5)),
        Row("div.Scalar_mode", () => D(7, -7).Div(2, "trunc"), Real(3, -3)),
        Row("floor_divide", () => I(7, -7).FloorDivide(I(2, 2)), Whole(3, -4)),
        Row("remainder.Scalar", () => I(7, -7).Remainder(3), Whole(1, 2)),
        Row("pow.Tensor_Tensor", () => D(2, 3).Pow(D(3, 2)), Real(8, 9)),
        Row("pow.Tensor_Scalar", () => D(4, 9).Pow(0.5), Real(2, 3)),
        Row("pow.Scalar", () => Tensor.Pow(2, D(3, -1)), Real(8, 0.5)),
        Row("neg", () => D(1, -2).Neg(), Real(-1, 2)),
        Row("abs", () => D(1, -2).Abs(), Real(1, 2)),
        Row("sign", () => D(5, 0, -3).Sign(), Real(1, 0, -1)),
        Row("reciprocal", () => D(4, -0.5).Reciprocal(), Real(0.25, -2)),
        Row("square", () => D(3, -4).Square(), Real(9, 16)),
        Row("sqrt", () => D(9, 0.25).Sqrt(), Real(3, 0.5)),
        Row("rsqrt", () => D(4, 0.25).RSqrt(), Real(0.5, 2)),
        Row("addcmul", () => D(1, 2).Addcmul(D(3, 4), D(5, 6), 0.5), Real(8.5, 14)),
        Row("addcdiv", () => D(1, 2).Addcdiv(D(6, 8), D(2, 4)), Real(4, 4)),
        Row("lerp.Tensor", () => D(0, 10).Lerp(D(10, 20), D(0.25, 0.5)), Real(2.5, 15)),
        Row("lerp.Scalar", () => D(0, 10).Lerp(D(10, 20), 0.2), Real(2, 12)),
        Row("maximum", () => D(1, 5).Maximum(D(2, 3)), Real(2, 5)),
        Row("minimum", () => D(1, 5).Minimum(D(2, 3)), Real(1, 3)),
        Row("clamp", () => D(-2, 0.5, 3).Clamp(-1, 1), Real(-1, 0.5, 1)),
        Row("clamp", () => D(-2, 0.5, 3).Clamp(max: 1), Real(-2, 0.5, 1)),
        Row("clamp.Tensor", () => D(-2, 0.5, 3).Clamp(D(-1, 1, 0), D(1, 2, 2)), Real(-1, 1, 2)),
        Row("clamp_min", () => D(-2, 0.5).ClampMin(0), Real(0, 0.5)),
        Row("clamp_max", () => D(-2, 0.5).ClampMax(0), Real(-2, 0)),
        Row("floor", () => D(1.5, -1.5).Floor(), Real(1, -2)),
        Row("ceil", () => D(1.5, -1.5).Ceil(), Real(2, -1)),
        Row("round", () => D(0.5, 1.5, -2.6).Round(), Real(0, 2, -3)),
        Row("trunc", () => D(1.5, -1.5).Trunc(), Real(1, -1)),
        Row("nan_to_num", () => D(double.NaN, double.PositiveInfinity, double.NegativeInfinity, 4).NaNToNum(1, 2, 3), Real(1, 2, 3, 4)),
    ];

    private static IEnumerable<OperatorRow> SpecialFunctions() =>
    [
        Map("exp", x => x.Exp(), Math.Exp, -1, 0, 2),
        Map("expm1", x => x.ExpM1(), x => Math.Exp(x) - 1, -1, 0, 2),
        Map("log", x => x.Log(), Math.Log, 0.5, 1, 3),
        Map("log2", x => x.Log2(), Math.Log2, 0.5, 8, 3),
        Map("log1p", x => x.Log1P(), x => Math.Log(1 + x), -0.5, 0, 2),
        Row("logaddexp", () => D(Math.Log(2)).LogAddExp(D(Math.Log(3))), Real(Math.Log(5))),
        Row("xlogy.Tensor", () => D(0, 2).XLogY(D(0, 3)), Real(0, 2 * Math.Log(3))),
        Map("logit", x => x.Logit(), p => Math.Log(p / (1 - p)), 0.25, 0.5, 0.9),
        Row("logit", () => D(0, 1).Logit(0.25), Real(-Math.Log(3), Math.Log(3))),
        Map("sigmoid", x => x.Sigmoid(), Sigmoid, -3, 0, 2),
        Map("log_sigmoid", x => x.LogSigmoid(), x => Math.Log(Sigmoid(x)), -3, 0, 2),
        Row("erf", () => D(0, 0.5, -0.5).Erf(), Real(0, 0.5204998778130465, -0.5204998778130465)),
        Row("erfc", () => D(0, 0.5).Erfc(), Real(1, 0.4795001221869535)),
        Row("erfinv", () => D(0, 0.5204998778130465).ErfInv(), Real(0, 0.5)),
        Row("lgamma", () => D(0.5, 5, 1).LGamma(), Real(Math.Log(SqrtPi), Math.Log(24), 0)),
        Row("digamma", () => D(1, 0.5, 2).Digamma(), Real(-EulerGamma, -EulerGamma - 2 * Math.Log(2), 1 - EulerGamma)),
        Row("special_ndtr", () => D(0, 1, -1).SpecialNdtr(), Real(0.5, 0.8413447460685429, 0.1586552539314571)),
        Row("special_ndtri", () => D(0.5, 0.8413447460685429).SpecialNdtri(), Real(0, 1)),
        Row("special_log_ndtr", () => D(0, 1).SpecialLogNdtr(), Real(-Math.Log(2), Math.Log(0.8413447460685429))),
        Row("special_i0e", () => D(0, 1, -1).SpecialI0e(), Real(1, 1.2660658777520084 / Math.E, 1.2660658777520084 / Math.E)),
        Row("special_i1e", () => D(0, 1, -1).SpecialI1e(), Real(0, 0.5651591039924850 / Math.E, -0.5651591039924850 / Math.E)),
        Row("sinc", () => D(0, 0.5).Sinc(), Real(1, 2 / Math.PI)),
        Map("sin", x => x.Sin(), Math.Sin, -1, 0, 2),
        Map("cos", x => x.Cos(), Math.Cos, -1, 0, 2),
        Map("atan", x => x.Atan(), Math.Atan, -1, 0, 2),
        Row("atan2", () => D(1, -1).Atan2(D(1, -1)), Real(Math.PI / 4, -3 * Math.PI / 4)),
        Map("sinh", x => x.Sinh(), Math.Sinh, -1, 0, 2),
        Map("cosh", x => x.Cosh(), Math.Cosh, -1, 0, 2),
        Map("tanh", x => x.Tanh(), Math.Tanh, -1, 0, 2),
        Map("asinh", x => x.Asinh(), Math.Asinh, -1, 0, 2),
        Map("acosh", x => x.Acosh(), Math.Acosh, 1, 2, 5),
        Map("atanh", x => x.Atanh(), Math.Atanh, -0.5, 0, 0.9),
    ];

    private static IEnumerable<OperatorRow> Activations() =>
    [
        Row("relu", () => D(-2, 0, 3).Relu(), Real(0, 0, 3)),
        Row("leaky_relu", () => D(-2, 3).LeakyRelu(), Real(-0.02, 3)),
        Row("leaky_relu", () => D(-2, 3).LeakyRelu(0.1), Real(-0.2, 3)),
        Map("elu", x => x.Elu(), x => x > 0 ? x : Math.Exp(x) - 1, -2, 3),
        Map("elu", x => x.Elu(2), x => x > 0 ? x : 2 * (Math.Exp(x) - 1), -2, 3),
        Map("selu", x => x.Selu(), x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1)), -1, 1),
        Row("gelu", () => D(1, -1).Gelu(), Real(0.8413447460685429, -0.1586552539314571)),
        Map("gelu", x => x.Gelu("tanh"), x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))), -1, 2),
        Map("silu", x => x.Silu(), x => x * Sigmoid(x), -2, 3),
        Map("softplus", x => x.Softplus(), x => Math.Log(1 + Math.Exp(x)), -2, 3),
        Map("softplus", x => x.Softplus(2), x => Math.Log(1 + Math.Exp(2 * x)) / 2, -2, 3),
        Row("softplus", () => D(3).Softplus(threshold: 2), Real(3)),
        Row("glu", () => D(1, 2, 0, Math.Log(3)).Glu(), Real(0.5, 1.5)),
        Row("softmax.int", () => D(0, Math.Log(3)).Softmax(0), Real(0.25, 0.75)),
        Row("softmax.int", () => I(5, 5).Softmax(0, ElementType.Float64), Real(0.5, 0.5)),
        Row("log_softmax.int", () => D([2, 1], 0, Math.Log(3)).LogSoftmax(0), Real([2, 1], Math.Log(0.25), Math.Log(0.75))),
    ];

    private static IEnumerable<OperatorRow> Logic() =>
    [
        Row("eq.Tensor", () => D(1, 2, 3).Eq(D(2, 2, 2)), Truth(false, true, false)),
        Row("eq.Scalar", () => D(1, 2, 3).Eq(2), Truth(false, true, false)),
        Row("ne.Tensor", () => D(1, 2, 3).Ne(D(2, 2, 2)), Truth(true, false, true)),
        Row("ne.Scalar", () => D(1, 2, 3).Ne(2), Truth(true, false, true)),
        Row("lt.Tensor", () => D(1, 2, 3).Lt(D(2, 2, 2)), Truth(true, false, false)),
        Row("lt.Scalar", () => D(1, 2, 3).Lt(2), Truth(true, false, false)),
        Row("le.Tensor", () => D(1, 2, 3).Le(D(2, 2, 2)), Truth(true, true, false)),
        Row("le.Scalar", () => D(1, 2, 3).Le(2), Truth(true, true, false)),
        Row("gt.Tensor", () => D(1, 2, 3).Gt(D(2, 2, 2)), Truth(false, false, true)),
        Row("gt.Scalar", () => D(1, 2, 3).Gt(2), Truth(false, false, true)),
        Row("ge.Tensor", () => D(1, 2, 3).Ge(D(2, 2, 2)), Truth(false, true, true)),
        Row("ge.Scalar", () => D(1, 2, 3).Ge(2), Truth(false, true, true)),
        Row("logical_and", () => B(false, false, true, true).LogicalAnd(B(false, true, false, true)), Truth(false, false, false, true)),
        Row("logical_or", () => B(false, false, true, true).LogicalOr(B(false, true, false, true)), Truth(false, true, true, true)),
        Row("logical_xor", () => B(false, false, true, true).LogicalXor(B(false, true, false, true)), Truth(false, true, true, false)),
        Row("logical_not", () => B(false, true).LogicalNot(), Truth(true, false)),
        Row("isnan", () => D(1, double.NaN, double.NegativeInfinity).IsNaN(), Truth(false, true, false)),
        Row("isinf", () => D(1, double.NaN, double.NegativeInfinity).IsInf(), Truth(false, false, true)),
        Row("isfinite", () => D(1, double.NaN, double.NegativeInfinity).IsFinite(), Truth(true, false, false)),
        Row("isclose", () => D(1, 1, double.NaN).IsClose(D(1.000001, 1.1, double.NaN), equalNaN: true), Truth(true, false, true)),
        Row("allclose", () => D(1, 2).AllClose(D(1, 2.000001)), true),
        Row("allclose", () => D(1, 2).AllClose(D(1, 2.000001), rtol: 1e-9), false),
        Row("equal", () => D(1, 2).Equal(D(1, 2)), true),
        Row("equal", () => D(1, 2).Equal(D(1, 3)), false),
        Row("is_nonzero", () => D(0.5).IsNonZero(), true),
        Row("is_nonzero", () => D(0).IsNonZero(), false),
        Row("where.self", () => Tensor.Where(B(true, false), D(1, 2), D(3, 4)), Real(1, 4)),
        Row("where.ScalarSelf", () => Tensor.Where(B(true, false), 9, D(3, 4)), Real(9, 4)),
        Row("where.ScalarOther", () => Tensor.Where(B(true, false), D(1, 2), 9), Real(1, 9)),
        Row("where.Scalar", () => Tensor.Where(B(true, false), 1, 2), Whole(1, 2)),
        Row("bitwise_and.Tensor", () => I(6, 3).BitwiseAnd(I(3, 5)), Whole(2, 1)),
        Row("bitwise_and.Scalar", () => I(6, 3).BitwiseAnd(2), Whole(2, 2)),
        Row("bitwise_or.Tensor", () => I(6, 3).BitwiseOr(I(3, 5)), Whole(7, 7)),
        Row("bitwise_xor.Tensor", () => I(6, 3).BitwiseXor(I(3, 5)), Whole(5, 6)),
        Row("bitwise_not", () => I(6, -4).BitwiseNot(), Whole(-7, 3)),
        Row("bitwise_left_shift.Tensor_Scalar", () => I(6, 3).BitwiseLeftShift(2), Whole(24, 12)),
        Row("bitwise_right_shift.Tensor_Scalar", () => I(6, 3).BitwiseRightShift(1), Whole(3, 1)),
    ];

    private static IEnumerable<OperatorRow> Reductions() =>
    [
        Row("sum", () => Six().Sum(), Real([], 21)),
        Row("sum", () => B(true, true).Sum(ElementType.Float32), Single([], 2)),
        Row("sum.dim_IntList", () => Six().Sum(0), Real(5, 7, 9)),
        Row("sum.dim_IntList", () => Six().Sum(-1, keepDim: true), Real([2, 1], 6, 15)),
        Row("sum.dim_IntList", () => Six().Sum([0, 1]), Real([], 21)),
        Row("mean", () => Six().Mean(), Real([], 3.5)),
        Row("mean.dim", () => Six().Mean(0), Real(2.5, 3.5, 4.5)),
        Row("mean.dim", () => I([2, 2], 1, 2, 3, 4).Mean([1], dtype: ElementType.Float64), Real(1.5, 3.5)),
        Row("prod", () => Six().Prod(), Real([], 720)),
        Row("prod.dim_int", () => Six().Prod(0), Real(4, 10, 18)),
        Row("max", () => Mixed().Max(), Real([], 6)),
        Row("max.dim", () => Mixed().Max(1), Real(3, 6), Whole(0, 1)),
        Row("max.other", () => D(1, 5).Max(D(2, 3)), Real(2, 5)),
        Row("min", () => Mixed().Min(), Real([], 1)),
        Row("min.dim", () => Mixed().Min(1, keepDim: true), Real([2, 1], 1, 4), Whole([2, 1], 1, 0)),
        Row("min.other", () => D(1, 5).Min(D(2, 3)), Real(1, 3)),
        Row("amax", () => Mixed().Amax(), Real([], 6)),
        Row("amax", () => Mixed().Amax(0), Real(4, 6, 5)),
        Row("amin", () => Mixed().Amin(1), Real(1, 4)),
        Row("amin", () => Mixed().Amin([0, 1], keepDim: true), Real([1, 1], 1)),
        Row("argmax", () => Mixed().ArgMax(), Whole([], 4)),
        Row("argmax", () => Mixed().ArgMax(1), Whole(0, 1)),
        Row("argmin", () => Mixed().ArgMin(0, keepDim: true), Whole([1, 3], 0, 0, 0)),
        Row("logsumexp", () => D([2, 2], 1, 2, 3, 4).Log().LogSumExp(1), Real(Math.Log(3), Math.Log(7))),
        Row("logsumexp", () => D([2, 2], 1, 2, 3, 4).Log().LogSumExp([0, 1]), Real([], Math.Log(10))),
        Row("var", () => D(1, 2, 3, 4).Var(), Real([], 5.0 / 3)),
        Row("var", () => D(1, 2, 3, 4).Var(unbiased: false), Real([], 1.25)),
        Row("var.dim", () => Six().Var(1), Real(1, 1)),
        Row("var.dim", () => Six().Var([0, 1], unbiased: false), Real([], 35.0 / 12)),
        Row("std", () => D(1, 2, 3, 4).Std(), Real([], Math.Sqrt(5.0 / 3))),
        Row("std.dim", () => Six().Std(0, unbiased: false), Real(1.5, 1.5, 1.5)),
        Row("var_mean.dim", () => Six().VarMean(1), Real(1, 1), Real(2, 5)),
        Row("norm.Scalar", () => D(3, 4).Norm(), Real([], 5)),
        Row("norm.Scalar", () => D(3, -4).Norm(1), Real([], 7)),
        Row("norm.ScalarOpt_dim", () => D([2, 2], 3, 4, 6, 8).Norm(2, 1), Real(5, 10)),
        Row("all", () => B(true, false).All(), Truth([], false)),
        Row("all.dim", () => B([2, 2], true, true, true, false).All(1), Truth(true, false)),
        Row("any", () => B(true, false).Any(), Truth([], true)),
        Row("any.dim", () => B([2, 2], false, false, true, false).Any(0), Truth(true, false)),
        Row("median", () => D(3, 1, 2).Median(), Real([], 2)),
        Row("median.dim", () => Mixed().Median(1), Real(2, 5), Whole(2, 2)),
        Row("kthvalue", () => D(3, 1, 2).KthValue(2), Real([], 2), Whole([], 2)),
        Row("count_nonzero.dim_IntList", () => D([2, 3], 0, 1, 2, 0, 0, 5).CountNonZero(0), Whole(0, 1, 2)),
        Row("bincount", () => I(0, 2, 2).BinCount(), Whole(1, 0, 2)),
        Row("bincount", () => I(0, 2, 2).BinCount(D(0.5, 1, 2), 4), Real(0.5, 0, 3, 0)),
        Row("quantile.scalar", () => D(4, 1, 3, 2).Quantile(0.5), Real([], 2.5)),
        Row("quantile.scalar", () => Mixed().Quantile(0.75, 1, interpolation: "lower"), Real(2, 5)),
        Row("cumsum", () => Six().CumSum(1), Real([2, 3], 1, 3, 6, 4, 9, 15)),
        Row("cumprod", () => Six().CumProd(0), Real([2, 3], 1, 2, 3, 4, 10, 18)),
        Row("logcumsumexp", () => D(1, 2, 3).Log().LogCumSumExp(0), Real(0, Math.Log(3), Math.Log(6))),
        Row("cummax", () => D(1, 3, 2).CumMax(0), Real(1, 3, 3), Whole(0, 1, 1)),
    ];

    private static IEnumerable<OperatorRow> Sorting() =>
    [
        Row("sort", () => D(3, 1, 2).Sort(), Real(1, 2, 3), Whole(1, 2, 0)),
        Row("sort", () => Mixed().Sort(1, descending: true), Real([2, 3], 3, 2, 1, 6, 5, 4), Whole([2, 3], 0, 2, 1, 1, 2, 0)),
        Row("sort.stable", () => D(1, 0, 1, 0).Sort(stable: true), Real(0, 0, 1, 1), Whole(1, 3, 0, 2)),
        Row("argsort", () => D(3, 1, 2).ArgSort(), Whole(1, 2, 0)),
        Row("topk", () => D(3, 1, 2, 5).TopK(2), Real(5, 3), Whole(3, 0)),
        Row("topk", () => D(3, 1, 2, 5).TopK(2, largest: false), Real(1, 2), Whole(1, 2)),
        Row("searchsorted.Tensor", () => Tensor.SearchSorted(D(1, 3, 5), D(3, 4)), Whole(1, 2)),
        Row("searchsorted.Tensor", () => Tensor.SearchSorted(D(1, 3, 5), D(3, 4), side: "right"), Whole(2, 2)),
        Row("bucketize.Tensor", () => D(3, 4).Bucketize(D(1, 3, 5), right: true), Whole(2, 2)),
        Row("unique_dim", () => D(3, 1, 3, 2).UniqueDim(0, returnInverse: true, returnCounts: true), Real(1, 2, 3), Whole(2, 0, 2, 1), Whole(1, 1, 2)),
        Row("nonzero", () => D([2, 2], 0, 5, 7, 0).NonZero(), Whole([2, 2], 0, 1, 1, 0)),
    ];

    private static IEnumerable<OperatorRow> Shapes() =>
    [
        Row("view", () => Six().View(3, -1), Real([3, 2], 1, 2, 3, 4, 5, 6)),
        Row("view.dtype", () => D(1).View(ElementType.Int64), Whole(0x3FF0000000000000)),
        Row("reshape", () => Six().T().Reshape([6]), Real(1, 4, 2, 5, 3, 6)),
        Row("permute", () => D([1, 2, 3], 1, 2, 3, 4, 5, 6).Permute(2, 0, 1), Real([3, 1, 2], 1, 4, 2, 5, 3, 6)),
        Row("transpose.int", () => Six().Transpose(0, 1), Real([3, 2], 1, 4, 2, 5, 3, 6)),
        Row("t", () => Six().T(), Real([3, 2], 1, 4, 2, 5, 3, 6)),
        Row("expand", () => D([2, 1], 1, 2).Expand([-1, 3]), Real([2, 3], 1, 1, 1, 2, 2, 2)),
        Row("expand_as", () => D([2, 1], 1, 2).ExpandAs(Six()), Real([2, 3], 1, 1, 1, 2, 2, 2)),
        Row("unsqueeze", () => D(1, 2).Unsqueeze(0), Real([1, 2], 1, 2)),
        Row("squeeze", () => D([1, 2, 1], 1, 2).Squeeze(), Real(1, 2)),
        Row("squeeze.dim", () => D([1, 2, 1], 1, 2).Squeeze(0), Real([2, 1], 1, 2)),
        Row("flatten.using_ints", () => Six().Flatten(), Real(1, 2, 3, 4, 5, 6)),
        Row("flatten.using_ints", () => D([1, 2, 2], 1, 2, 3, 4).Flatten(1), Real([1, 4], 1, 2, 3, 4)),
        Row("unflatten.int", () => D(1, 2, 3, 4, 5, 6).Unflatten(0, 2, 3), Real([2, 3], 1, 2, 3, 4, 5, 6)),
        Row("movedim.int", () => D([1, 2, 3], 1, 2, 3, 4, 5, 6).MoveDim(2, 0), Real([3, 1, 2], 1, 4, 2, 5, 3, 6)),
        Row("contiguous", () => Six().T().Contiguous(), Real([3, 2], 1, 4, 2, 5, 3, 6)),
        Row("clone", () => D(1, 2).Clone(), Real(1, 2)),
        Row("detach", () => D(1, 2).Detach(), Real(1, 2)),
        Row("alias", () => D(1, 2).Alias(), Real(1, 2)),
        Row("to.dtype", () => D(1.7, -1.7).To(ElementType.Int64), Whole(1, -1)),
        Row("to.device", () => D(1.5, 2).To(Device.Cpu, ElementType.Float32), Single(1.5, 2)),
    ];

    private static IEnumerable<OperatorRow> Joining() =>
    [
        Row("chunk", () => D(1, 2, 3, 4, 5).Chunk(2), Real(1, 2, 3), Real(4, 5)),
        Row("split.Tensor", () => D(1, 2, 3, 4, 5).Split(2), Real(1, 2), Real(3, 4), Real(5)),
        Row("split_with_sizes", () => Six().SplitWithSizes([1, 2], 1), Real([2, 1], 1, 4), Real([2, 2], 2, 3, 5, 6)),
        Row("tensor_split.sections", () => D(1, 2, 3, 4, 5).TensorSplit(3), Real(1, 2), Real(3, 4), Real(5)),
        Row("tensor_split.indices", () => D(1, 2, 3, 4, 5).TensorSplit([1, 3]), Real(1), Real(2, 3), Real(4, 5)),
        Row("unbind.int", () => Six().Unbind(), Real(1, 2, 3), Real(4, 5, 6)),
        Row("stack", () => Tensor.Stack([D(1, 2), D(3, 4)], 1), Real([2, 2], 1, 3, 2, 4)),
        Row("cat", () => Tensor.Cat([D([1, 2], 1, 2), D([2, 2], 3, 4, 5, 6)]), Real([3, 2], 1, 2, 3, 4, 5, 6)),
        Row("cat", () => Tensor.Cat([D([1, 2], 1, 2), D([1, 1], 3)], 1), Real([1, 3], 1, 2, 3)),
        Row("cat", () => Tensor.Cat([.. Enumerable.Range(0, 101).Select(i => D(i))]), Real([.. Enumerable.Range(0, 101).Select(i => (double)i)])),
        Row("repeat", () => D(1, 2).Repeat(2, 2), Real([2, 4], 1, 2, 1, 2, 1, 2, 1, 2)),
        Row("repeat_interleave.self_int", () => D(1, 2).RepeatInterleave(2), Real(1, 1, 2, 2)),
        Row("repeat_interleave.self_Tensor", () => D(5, 6).RepeatInterleave(I(1, 2)), Real(5, 6, 6)),
        Row("flip", () => Six().Flip(0, 1), Real([2, 3], 6, 5, 4, 3, 2, 1)),
        Row("roll", () => D(1, 2, 3, 4).Roll(1, 0), Real(4, 1, 2, 3)),
        Row("roll", () => Six().Roll([1]), Real([2, 3], 6, 1, 2, 3, 4, 5)),
        Row("meshgrid.indexing", () => Tensor.MeshGrid([D(1, 2), D(3, 4, 5)], "ij"), Real([2, 3], 1, 1, 1, 2, 2, 2), Real([2, 3], 3, 4, 5, 3, 4, 5)),
        Row("broadcast_tensors", () => Tensor.BroadcastTensors(D([2, 1], 1, 2), D(3, 4)), Real([2, 2], 1, 1, 2, 2), Real([2, 2], 3, 4, 3, 4)),
    ];

    private static IEnumerable<OperatorRow> Indexing() =>
    [
        Row("select.int", () => Six().Select(0, 1), Real(4, 5, 6)),
        Row("slice.Tensor", () => Six().Slice(1, 0, 3, 2), Real([2, 2], 1, 3, 4, 6)),
        Row("slice.Tensor", () => D(1, 2, 3).Slice(start: -2), Real(2, 3)),
        Row("narrow", () => Six().Narrow(1, 1, 2), Real([2, 2], 2, 3, 5, 6)),
        Row("index_select", () => Six().IndexSelect(1, I(2, 0)), Real([2, 2], 3, 1, 6, 4)),
        Row("index.Tensor", () => Six().Index(I(0, 1), I(2, 0)), Real(3, 4)),
        Row("index.Tensor", () => Six().Index(null, I(1)), Real([2, 1], 2, 5)),
        Row("index_put", () => D(0, 0, 0).IndexPut([I(2, 0)], D(5, 6)), Real(6, 0, 5)),
        Row("index_put", () => D(1, 1, 1).IndexPut([I(1, 1)], D(5, 6), accumulate: true), Real(1, 12, 1)),
        Row("index_put", () => Six().IndexPut([null, I(1)], D(9)), Real([2, 3], 1, 9, 3, 4, 9, 6)),
        Row("index_add", () => D(1, 1, 1).IndexAdd(0, I(2, 0), D(5, 6), 2), Real(13, 1, 11)),
        Row("gather", () => Six().Gather(1, I([2, 1], 2, 0)), Real([2, 1], 3, 4)),
        Row("scatter.src", () => D(0, 0, 0).Scatter(0, I(2, 0), D(5, 6)), Real(6, 0, 5)),
        Row("scatter.value", () => D(0, 0, 0).Scatter(0, I(2, 0), 9), Real(9, 0, 9)),
        Row("scatter_add", () => D(1, 1, 1).ScatterAdd(0, I(2, 2), D(5, 6)), Real(1, 1, 12)),
        Row("masked_fill.Scalar", () => D(1, 2).MaskedFill(B(true, false), 9), Real(9, 2)),
        Row("masked_fill.Tensor", () => D(1, 2).MaskedFill(B(false, true), Tensor.Of(9.0)), Real(1, 9)),
        Row("masked_select", () => D(1, 2, 3).MaskedSelect(B(true, false, true)), Real(1, 3)),
        Row("take_along_dim", () => Six().TakeAlongDim(I([2, 1], 2, 0), 1), Real([2, 1], 3, 4)),
        Row("take_along_dim", () => Six().TakeAlongDim(I(5, 0)), Real(6, 1)),
        Row("one_hot", () => I(2, 0).OneHot(), Whole([2, 3], 0, 0, 1, 1, 0, 0)),
        Row("one_hot", () => I(1).OneHot(2), Whole([1, 2], 0, 1)),
        Row("tril", () => Nine().Tril(), Real([3, 3], 1, 0, 0, 4, 5, 0, 7, 8, 9)),
        Row("triu", () => Nine().Triu(1), Real([3, 3], 0, 2, 3, 0, 0, 6, 0, 0, 0)),
        Row("diagonal", () => Nine().Diagonal(1), Real(2, 6)),
        Row("diag_embed", () => D(1, 2).DiagEmbed(), Real([2, 2], 1, 0, 0, 2)),
    ];

    private static IEnumerable<OperatorRow> Creation() =>
    [
        Row("empty.memory_format", () => After(Tensor.Empty([2, 3], ElementType.Float64), x => x.ZeroInPlace()), Real([2, 3], 0, 0, 0, 0, 0, 0)),
        Row("zeros", () => Tensor.Zeros([2]), Single(0, 0)),
        Row("zeros", () => Tensor.Zeros([], ElementType.Int64, Device.Cpu), Whole([], 0)),
        Row("ones", () => Tensor.Ones([2, 1], ElementType.Bool), Truth([2, 1], true, true)),
        Row("full", () => Tensor.Full([2], 3), Whole(3, 3)),
        Row("full", () => Tensor.Full([2], 3.5, ElementType.Float64), Real(3.5, 3.5)),
        Row("eye", () => Tensor.Eye(2, ElementType.Float64), Real([2, 2], 1, 0, 0, 1)),
        Row("eye.m", () => Tensor.Eye(2, 3), Single([2, 3], 1, 0, 0, 0, 1, 0)),
        Row("arange", () => Tensor.Arange(3), Whole(0, 1, 2)),
        Row("arange.start_step", () => Tensor.Arange(2, 5), Whole(2, 3, 4)),
        Row("arange.start_step", () => Tensor.Arange(1, 2, 0.25), Single(1, 1.25, 1.5, 1.75)),
        Row("linspace", () => Tensor.LinSpace(0, 1, 5, ElementType.Float64), Real(0, 0.25, 0.5, 0.75, 1)),
        Row("scalar_tensor", () => Tensor.ScalarTensor(2.5, ElementType.Float64), Real([], 2.5)),
        Row("empty_like", () => After(Six().EmptyLike(), x => x.FillInPlace(7)), Real([2, 3], 7, 7, 7, 7, 7, 7)),
        Row("zeros_like", () => D(1, 2).ZerosLike(), Real(0, 0)),
        Row("ones_like", () => D(1, 2).OnesLike(ElementType.Int64), Whole(1, 1)),
        Row("full_like", () => D(1, 2).FullLike(4), Real(4, 4)),
    ];

    private static IEnumerable<OperatorRow> LinearAlgebra() =>
    [
        Row("mm", () => Four().MM(D([2, 1], 5, 6)), Real([2, 1], 17, 39)),
        Row("bmm", () => D([2, 1, 2], 1, 2, 3, 4).BMM(D([2, 2, 1], 5, 6, 7, 8)), Real([2, 1, 1], 17, 53)),
        Row("matmul", () => Four().MatMul(D(5, 6)), Real(17, 39)),
        Row("mv", () => Four().MV(D(5, 6)), Real(17, 39)),
        Row("dot", () => D(1, 2).Dot(D(3, 4)), Real([], 11)),
        Row("addmm", () => D([2, 1], 1, 2).AddMM(Four(), D([2, 1], 5, 6)), Real([2, 1], 18, 41)),
        Row("addmm", () => D([2, 1], 1, 2).AddMM(Four(), D([2, 1], 5, 6), beta: 10, alpha: 2), Real([2, 1], 44, 98)),
        Row("baddbmm", () => D([1, 1, 1], 1).BAddBMM(D([1, 1, 2], 1, 2), D([1, 2, 1], 5, 6), alpha: 2), Real([1, 1, 1], 35)),
        Row("linear", () => Tensor.Linear(D([1, 2], 1, 2), Four()), Real([1, 2], 5, 11)),
        Row("linear", () => Tensor.Linear(D([1, 2], 1, 2), Four(), D(10, 20)), Real([1, 2], 15, 31)),
        Row("outer", () => D(1, 2).Outer(D(3, 4)), Real([2, 2], 3, 4, 6, 8)),
        Row("einsum", () => Tensor.Einsum("ij,j->i", [Four(), D(5, 6)]), Real(17, 39)),
        Row("trace", () => Four().Trace(), Real([], 5)),
        Row("logdet", () => Positive().LogDet(), Real([], Math.Log(8))),
        Row("slogdet", () => Four().SLogDet(), Real([], -1), Real([], Math.Log(2))),
        Row("linalg_cholesky", () => Positive().LinalgCholesky(), Real([2, 2], 2, 0, 1, Math.Sqrt(2))),
        Row("linalg_cholesky", () => Positive().LinalgCholesky(upper: true), Real([2, 2], 2, 1, 0, Math.Sqrt(2))),
        Row("cholesky_inverse", () => D([2, 2], 2, 0, 1, Math.Sqrt(2)).CholeskyInverse(), Real([2, 2], 0.375, -0.25, -0.25, 0.5)),
        Row("cholesky_solve", () => D([2, 1], 8, 7).CholeskySolve(D([2, 2], 2, 0, 1, Math.Sqrt(2))), Real([2, 1], 1.25, 1.5)),
        Row("linalg_solve_triangular", () => D([2, 2], 2, 0, 1, 4).LinalgSolveTriangular(D([2, 1], 4, 10), upper: false), Real([2, 1], 2, 2)),
        Row("linalg_solve_triangular", () => D([2, 2], 2, 0, 1, 4).LinalgSolveTriangular(D([2, 1], 4, 10), upper: false, unitriangular: true), Real([2, 1], 4, 6)),
        Row("linalg_solve", () => Positive().LinalgSolve(D(8, 7)), Real(1.25, 1.5)),
        Row("linalg_inv", () => Positive().LinalgInv(), Real([2, 2], 0.375, -0.25, -0.25, 0.5)),
        Derived("linalg_qr", () => Product(D([2, 2], 3, 1, 4, 2).LinalgQr()), Real([2, 2], 3, 1, 4, 2), Real([2, 2], 1, 0, 0, 1), Real([], 0)),
        Derived("linalg_eigh", () => Spectrum(D([2, 2], 2, 1, 1, 2).LinalgEigh()), Real(1, 3), Real([2, 2], 2, 1, 1, 2)),
        Derived("linalg_svd", () => Singular(D([2, 2], 3, 0, 4, 5).LinalgSvd()), Real(Math.Sqrt(45), Math.Sqrt(5)), Real([2, 2], 3, 0, 4, 5)),
        Row("linalg_lu_factor", () => Four().LinalgLuFactor(), Real([2, 2], 3, 4, 1.0 / 3, 2.0 / 3), new(ElementType.Int32, [2], [2, 2])),
        Row("linalg_norm", () => D(3, 4).LinalgNorm(), Real([], 5)),
        Row("linalg_norm", () => D([2, 2], 3, 4, 6, 8).LinalgNorm(1, 1), Real(7, 14)),
        Row("linalg_vector_norm", () => D([2, 1], 3, 4).LinalgVectorNorm(), Real([], 5)),
        Row("linalg_vector_norm", () => D([2, 2], 3, 4, 6, 8).LinalgVectorNorm(2, -1, keepDim: true), Real([2, 1], 5, 10)),
        Row("matrix_exp", () => D([2, 2], 0, 1, 0, 0).MatrixExp(), Real([2, 2], 1, 1, 0, 1)),
        Row("linalg_householder_product", () => Tensor.LinalgHouseholderProduct(D([2, 1], 1, 2), D(0.4)), Real([2, 1], 0.6, -0.8)),
        Row("cdist", () => Tensor.CDist(D([1, 2], 0, 0), D([2, 2], 3, 4, 6, 8)), Real([1, 2], 5, 10)),
        Row("cdist", () => Tensor.CDist(D([1, 2], 0, 0), D([2, 2], 3, 4, 6, 8), 1), Real([1, 2], 7, 14)),
        Row("cosine_similarity", () => Tensor.CosineSimilarity(D([2, 2], 1, 0, 0, 2), D([2, 2], 1, 1, 0, 1)), Real(Math.Sqrt(0.5), 1)),
    ];

    private static IEnumerable<OperatorRow> Convolution() =>
    [
        Row("conv1d", () => Tensor.Conv1d(D([1, 1, 4], 1, 2, 3, 4), D([1, 1, 2], 1, 10)), Real([1, 1, 3], 21, 32, 43)),
        Row("conv1d", () => Tensor.Conv1d(D([1, 1, 4], 1, 2, 3, 4), D([1, 1, 2], 1, 10), D(0.5), 2, 1), Real([1, 1, 3], 10.5, 32.5, 4.5)),
        Row("conv1d", () => Tensor.Conv1d(D([1, 1, 4], 1, 2, 3, 4), D([1, 1, 2], 1, 10), dilation: [3]), Real([1, 1, 1], 41)),
        Row("conv2d", () => Tensor.Conv2d(D([1, 1, 2, 2], 1, 2, 3, 4), D([1, 1, 2, 2], 1, 10, 100, 1000), D(0.5)), Real([1, 1, 1, 1], 4321.5)),
        Row("conv2d", () => Tensor.Conv2d(Nine().View(1, 1, 3, 3), D([1, 1, 1, 1], 2), stride: [2, 2]), Real([1, 1, 2, 2], 2, 6, 14, 18)),
        Row("conv2d", () => Tensor.Conv2d(D([1, 2, 1, 1], 3, 4), D([2, 1, 1, 1], 10, 100), groups: 2, padding: [0, 1]), Real([1, 2, 1, 3], 0, 30, 0, 0, 400, 0)),
        Row("conv3d", () => Tensor.Conv3d(D([1, 1, 1, 2, 2], 1, 2, 3, 4), D([1, 1, 1, 2, 2], 1, 10, 100, 1000)), Real([1, 1, 1, 1, 1], 4321)),
        Row("conv_transpose1d", () => Tensor.ConvTranspose1d(D([1, 1, 2], 1, 2), D([1, 1, 2], 1, 10)), Real([1, 1, 3], 1, 12, 20)),
        Row("conv_transpose1d", () => Tensor.ConvTranspose1d(D([1, 1, 2], 1, 2), D([1, 1, 2], 1, 10), null, 2), Real([1, 1, 4], 1, 10, 2, 20)),
        Row("conv_transpose2d.input", () => Tensor.ConvTranspose2d(D([1, 1, 1, 2], 1, 2), D([1, 1, 1, 2], 1, 10), stride: [1, 2], outputPadding: [0, 1]), Real([1, 1, 1, 5], 1, 10, 2, 20, 0)),
        Row("conv_transpose3d.input", () => Tensor.ConvTranspose3d(D([1, 1, 1, 1, 2], 1, 2), D([1, 1, 1, 1, 2], 1, 10)), Real([1, 1, 1, 1, 3], 1, 12, 20)),
        Row("max_pool2d", () => D([1, 1, 2, 4], 1, 2, 3, 4, 5, 6, 7, 8).MaxPool2d([2, 2]), Real([1, 1, 1, 2], 6, 8)),
        Row("max_pool2d", () => D([1, 1, 2, 4], 1, 2, 3, 4, 5, 6, 7, 8).MaxPool2d([2, 2], [1, 1]), Real([1, 1, 1, 3], 6, 7, 8)),
        Row("avg_pool2d", () => D([1, 1, 2, 4], 1, 2, 3, 4, 5, 6, 7, 8).AvgPool2d([2, 2]), Real([1, 1, 1, 2], 3.5, 5.5)),
        Row("adaptive_avg_pool2d", () => D([1, 1, 2, 4], 1, 2, 3, 4, 5, 6, 7, 8).AdaptiveAvgPool2d(1, 2), Real([1, 1, 1, 2], 3.5, 5.5)),
        Row("upsample_nearest2d", () => D([1, 1, 1, 2], 1, 2).UpsampleNearest2d([2, 4]), Real([1, 1, 2, 4], 1, 1, 2, 2, 1, 1, 2, 2)),
        Row("upsample_bilinear2d", () => D([1, 1, 1, 2], 0, 2).UpsampleBilinear2d([1, 3], alignCorners: true), Real([1, 1, 1, 3], 0, 1, 2)),
        Row("pixel_shuffle", () => D([1, 4, 1, 1], 1, 2, 3, 4).PixelShuffle(2), Real([1, 1, 2, 2], 1, 2, 3, 4)),
        Row("pixel_unshuffle", () => D([1, 1, 2, 2], 1, 2, 3, 4).PixelUnshuffle(2), Real([1, 4, 1, 1], 1, 2, 3, 4)),
        Row("constant_pad_nd", () => D(1, 2).ConstantPadNd([1, 2]), Real(0, 1, 2, 0, 0)),
        Row("constant_pad_nd", () => D(1, 2).ConstantPadNd([1, 2], 9), Real(9, 1, 2, 9, 9)),
        Row("reflection_pad2d", () => D([1, 2, 2], 1, 2, 3, 4).ReflectionPad2d(1, 0, 0, 1), Real([1, 3, 3], 2, 1, 2, 4, 3, 4, 2, 1, 2)),
        Derived("pad", () => [D([1, 3], 1, 2, 3).Pad([1, 1], "reflect")], Real([1, 5], 2, 1, 2, 3, 2)),
        Derived("pad", () => [D([1, 3], 1, 2, 3).Pad([1, 0], value: 7)], Real([1, 4], 7, 1, 2, 3)),
        Row("unfold", () => D(1, 2, 3, 4).Unfold(0, 2, 1), Real([3, 2], 1, 2, 2, 3, 3, 4)),
        Row("im2col", () => D([1, 1, 2, 3], 1, 2, 3, 4, 5, 6).Im2Col([1, 2], [1, 1], [0, 0], [1, 1]), Real([1, 2, 4], 1, 2, 4, 5, 2, 3, 5, 6)),
        Row("col2im", () => D([1, 2, 4], 1, 2, 4, 5, 2, 3, 5, 6).Col2Im([2, 3], [1, 2], [1, 1], [0, 0], [1, 1]), Real([1, 1, 2, 3], 1, 4, 3, 4, 10, 6)),
    ];

    private static IEnumerable<OperatorRow> Normalisation() =>
    [
        Row("batch_norm", () => Tensor.BatchNorm(D([2, 1], 1, 3), D(10), D(5), D(1), D(4), training: false, 0.1, 0, cudnnEnabled: true), Real([2, 1], 5, 15)),
        Row("batch_norm", () => Tensor.BatchNorm(D([2, 1], 1, 3), null, null, null, null, training: true, 0.1, 0, cudnnEnabled: true), Real([2, 1], -1, 1)),
        Row("layer_norm", () => Tensor.LayerNorm(D([1, 2], 1, 3), [2], D(2, 3), D(10, 20), eps: 0), Real([1, 2], 8, 23)),
        Row("layer_norm", () => Tensor.LayerNorm(D([1, 2], 1, 3), [2]), Real([1, 2], -1 / Math.Sqrt(1 + 1e-5), 1 / Math.Sqrt(1 + 1e-5))),
        Row("group_norm", () => Tensor.GroupNorm(D([1, 4, 1], 1, 3, 10, 30), 2, eps: 0), Real([1, 4, 1], -1, 1, -1, 1)),
        Derived("instance_norm", () => [Tensor.InstanceNorm(D([1, 2, 2], 1, 3, 10, 30), D(1, 2), D(0, 5), null, null, useInputStats: true, 0.1, 0, cudnnEnabled: true)], Real([1, 2, 2], -1, 1, 3, 7)),
        Row("embedding", () => Tensor.Embedding(Four(), I(1, 0, 1)), Real([3, 2], 3, 4, 1, 2, 3, 4)),
        Row("gru_cell", () => Tensor.GruCell(D([1, 1], 0.5), D([1, 1], -0.3), D([3, 1], 0.1, 0.2, 0.3), D([3, 1], 0.4, 0.5, 0.6), D(0.7, 0.8, 0.9), D(-0.1, -0.2, -0.3)),
            Real([1, 1], Gru(0.5, -0.3))),
        Row("lstm_cell", () => Tensor.LstmCell(D([1, 1], 0.5), [D([1, 1], -0.3), D([1, 1], 0.2)], D([4, 1], 0.1, 0.2, 0.3, 0.4), D([4, 1], 0.5, 0.6, 0.7, 0.8)),
            Real([1, 1], Lstm(0.5, -0.3, 0.2).Hidden), Real([1, 1], Lstm(0.5, -0.3, 0.2).Cell)),
    ];

    private static IEnumerable<OperatorRow> Losses() =>
    [
        Row("binary_cross_entropy", () => D(0.25, 0.5).BinaryCrossEntropy(D(1, 0)), Real([], Math.Log(8) / 2)),
        Row("binary_cross_entropy", () => D(0.25, 0.5).BinaryCrossEntropy(D(1, 0), D(1, 3), reduction: 0), Real(Math.Log(4), 3 * Math.Log(2))),
        Row("binary_cross_entropy_with_logits", () => D(0, Math.Log(3)).BinaryCrossEntropyWithLogits(D(1, 0)), Real([], Math.Log(8) / 2)),
        Row("binary_cross_entropy_with_logits", () => D(0, Math.Log(3)).BinaryCrossEntropyWithLogits(D(1, 0), posWeight: D(2, 2), reduction: 0), Real(2 * Math.Log(2), Math.Log(4))),
        Derived("nll_loss_nd", () => [D([2, 2], 0.5, 0.5, 0.25, 0.75).Log().NllLossNd(I(0, 1))], Real([], (Math.Log(2) + Math.Log(4.0 / 3)) / 2)),
        Derived("nll_loss_nd", () => [D([2, 2], 0.5, 0.5, 0.25, 0.75).Log().NllLossNd(I(0, 1), reduction: 2, ignoreIndex: 1)], Real([], Math.Log(2))),
        Row("cross_entropy_loss", () => D([1, 2], 0, Math.Log(3)).CrossEntropyLoss(I(1)), Real([], Math.Log(4.0 / 3))),
        Row("mse_loss", () => D(1, 2).MseLoss(D(3, 5)), Real([], 6.5)),
        Row("mse_loss", () => D(1, 2).MseLoss(D(3, 5), reduction: 2), Real([], 13)),
        Row("l1_loss", () => D(1, 2).L1Loss(D(3, 5), reduction: 0), Real(2, 3)),
        Row("smooth_l1_loss", () => D(2, 0.5).SmoothL1Loss(D(0, 0)), Real([], (1.5 + 0.125) / 2)),
        Row("smooth_l1_loss", () => D(2, 0.5).SmoothL1Loss(D(0, 0), reduction: 0, beta: 4), Real(0.5, 0.03125)),
        Row("huber_loss", () => D(2, 0.5).HuberLoss(D(0, 0), reduction: 0), Real(1.5, 0.125)),
        Row("huber_loss", () => D(2, 0.5).HuberLoss(D(0, 0), reduction: 0, delta: 2), Real(2, 0.125)),
        Row("kl_div", () => D(0.5, 0.5).Log().KLDiv(D(0.25, 0.75), reduction: 2), Real([], 0.25 * Math.Log(0.5) + 0.75 * Math.Log(1.5))),
        Row("kl_div", () => D(0.5, 0.5).Log().KLDiv(D(0.25, 0.75).Log(), reduction: 0, logTarget: true), Real(0.25 * Math.Log(0.5), 0.75 * Math.Log(1.5))),
    ];

    private static IEnumerable<OperatorRow> InPlace() =>
    [
        Writes("add_.Tensor", x => x.AddInPlace(D(10, 20), 2), Real(24, 49)),
        Writes("add_.Scalar", x => x.AddInPlace(1), Real(5, 10)),
        Writes("sub_.Tensor", x => x.SubInPlace(D(1, 2)), Real(3, 7)),
        Writes("mul_.Tensor", x => x.MulInPlace(D(2, 3)), Real(8, 27)),
        Writes("mul_.Scalar", x => x.MulInPlace(0.5), Real(2, 4.5)),
        Writes("div_.Tensor", x => x.DivInPlace(D(2, 3)), Real(2, 3)),
        Writes("div_.Scalar", x => x.DivInPlace(2), Real(2, 4.5)),
        Writes("addcmul_", x => x.AddcmulInPlace(D(1, 2), D(3, 4), 2), Real(10, 25)),
        Writes("addcdiv_", x => x.AddcdivInPlace(D(6, 8), D(2, 4)), Real(7, 11)),
        Writes("lerp_.Scalar", x => x.LerpInPlace(D(14, 19), 0.1), Real(5, 10)),
        Writes("sqrt_", x => x.SqrtInPlace(), Real(2, 3)),
        Writes("clamp_", x => x.ClampInPlace(max: 5), Real(4, 5)),
        Writes("copy_", x => x.CopyInPlace(I(1, 2)), Real(1, 2)),
        Writes("zero_", x => x.ZeroInPlace(), Real(0, 0)),
        Writes("fill_.Scalar", x => x.FillInPlace(7), Real(7, 7)),
        Writes("masked_fill_.Scalar", x => x.MaskedFillInPlace(B(true, false), 7), Real(7, 9)),
        Writes("index_copy_", x => x.IndexCopyInPlace(0, I(1), D(7)), Real(4, 7)),
        Writes("index_add_", x => x.IndexAddInPlace(0, I(1, 1), D(1, 2), 2), Real(4, 15)),
        Writes("normal_", x => x.NormalInPlace(3, 0), Real(3, 3)),         // no spread
        Writes("uniform_", x => x.UniformInPlace(3, 3), Real(3, 3)),       // no spread
        Writes("exponential_", x => x.ExponentialInPlace(1e300), Real(0, 0)), // the mean is 1e-300
    ];

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    // The cell of the GRU row: reset, update and new gate.
    private static double Gru(double x, double h)
    {
        var r = Sigmoid(0.1 * x + 0.7 + 0.4 * h - 0.1);
        var z = Sigmoid(0.2 * x + 0.8 + 0.5 * h - 0.2);
        var n = Math.Tanh(0.3 * x + 0.9 + r * (0.6 * h - 0.3));
        return (1 - z) * n + z * h;
    }

    // The cell of the LSTM row: input, forget, cell and output gate.
    private static (double Hidden, double Cell) Lstm(double x, double h, double c)
    {
        var i = Sigmoid(0.1 * x + 0.5 * h);
        var f = Sigmoid(0.2 * x + 0.6 * h);
        var g = Math.Tanh(0.3 * x + 0.7 * h);
        var o = Sigmoid(0.4 * x + 0.8 * h);
        var cell = f * c + i * g;
        return (o * Math.Tanh(cell), cell);
    }
}
