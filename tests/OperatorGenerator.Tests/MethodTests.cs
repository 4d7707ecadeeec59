namespace Latent.OperatorGenerator.Tests;

public sealed class MethodTests
{
    public static TheoryData<string, string> Heads => new()
    {
        { "aten::exp(Tensor self) -> Tensor", "public Tensor Exp()" },
        { "aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", "public Tensor Add(Tensor other, Scalar alpha = default)" },
        { "aten::clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor", "public Tensor Clamp(Scalar? min = null, Scalar? max = null)" },
        { "aten::where.self(Tensor condition, Tensor self, Tensor other) -> Tensor", "public static Tensor Where(Tensor condition, Tensor self, Tensor other)" },
        { "aten::pow.Scalar(Scalar self, Tensor exponent) -> Tensor", "public static Tensor Pow(Scalar self, Tensor exponent)" },
        { "aten::max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)", "public (Tensor Values, Tensor Indices) Max(long dim, bool keepDim = false)" },
        { "aten::linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet)", "public (Tensor Sign, Tensor LogAbsDet) LinalgSLogDet()" },
        { "aten::linalg_svd(Tensor A, bool full_matrices=True, *, str? driver=None) -> (Tensor U, Tensor S, Tensor Vh)", "public (Tensor U, Tensor S, Tensor Vh) LinalgSvd(bool fullMatrices = true, string? driver = null)" },
        { "aten::lstm_cell(Tensor input, Tensor[] hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> (Tensor, Tensor)", "public static (Tensor, Tensor) LstmCell(Tensor input, ReadOnlySpan<Tensor> hx, Tensor wIh, Tensor wHh, Tensor? bIh = null, Tensor? bHh = null)" },
        { "aten::split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]", "public Tensor[] Split(long splitSize, long dim = 0)" },
        { "aten::view(Tensor(a) self, SymInt[] size) -> Tensor(a)", "public Tensor View(params ReadOnlySpan<long> size)" },
        { "aten::expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)", "public Tensor Expand(ReadOnlySpan<long> size, bool @implicit = false)" },
        { "aten::index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor", "public Tensor IndexPut(ReadOnlySpan<Tensor?> indices, Tensor values, bool accumulate = false)" },
        { "aten::zeros(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor", "public static Tensor Zeros(ReadOnlySpan<long> size, ElementType? dtype = null, Device? device = null)" },
        { "aten::clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor", "public Tensor Clone()" },
        { "aten::normal_(Tensor(a!) self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor(a!)", "internal void NormalInPlace(double mean = 0.0, double std = 1.0)" },
        { "aten::nan_to_num(Tensor self, float? nan=None) -> Tensor", "public Tensor NaNToNum(double? nan = null)" },
        { "aten::allclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, bool equal_nan=False) -> bool", "public bool AllClose(Tensor other, double rtol = 1E-05, bool equalNaN = false)" },
        { "aten::item(Tensor self) -> Scalar", "public Scalar Item()" },
        { "aten::native_backward(Tensor grad, bool[3] mask) -> (Tensor, Tensor, Tensor)", "public static (Tensor, Tensor, Tensor) NativeBackward(Tensor grad, params ReadOnlySpan<bool> mask)" },
        { "aten::stretch(Tensor self, float[] factors) -> float", "public double Stretch(params ReadOnlySpan<double> factors)" },
        { "aten::_assert(Tensor self, str message) -> ()", "public void Assert(string message)" },
        { "aten::numel(Tensor self) -> int", "public long Numel()" },
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public void A_schema_becomes_a_method(string schema, string head)
    {
        var generated = Generated.From(schema);
        Assert.Empty(generated.Diagnostics);
        Assert.Equal([head], generated.Declarations);
    }

    [Fact]
    public void A_default_is_dropped_where_a_later_parameter_needs_a_value() =>
        Assert.Equal(["public static Tensor F(Tensor input, long a, Tensor b, long c = 3)"],
            Generated.From("aten::f(Tensor input, int a=1, *, Tensor b, int c=3) -> Tensor").Declarations);

    [Fact]
    public void Arguments_go_on_the_stack_in_the_order_of_the_schema() => Assert.Equal(
        [
            "fixed (long* dimPointer = dim)",
            "{",
            "var stack = stackalloc NativeValue[4];",
            "stack[0] = NativeValue.Of(this);",
            "stack[1] = NativeValue.OfOptional(dimPointer, dim.Length);",
            "stack[2] = NativeValue.Of(keepDim);",
            "stack[3] = NativeValue.OfOptional(dtype);",
            "return Schemas.sum_dim_IntList.CallTensor(stack, 4);",
            "}",
        ],
        Generated.From("aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
            .Body("public Tensor Sum(ReadOnlySpan<long> dim, bool keepDim = false, ElementType? dtype = null)"));

    [Fact]
    public void Absent_lists_and_scalars_stand_for_the_defaults_of_the_schema()
    {
        var body = Generated.From("aten::f(Tensor self, int[2] stride=1, int[] dim=[-2, -1], int[2] hop=[], Scalar value=0.5, Scalar alpha=1) -> Tensor")
            .Body("public Tensor F(ReadOnlySpan<long> stride = default, ReadOnlySpan<long> dim = default, ReadOnlySpan<long> hop = default, Scalar value = default, Scalar alpha = default)");
        Assert.Equal(["if (stride.IsEmpty) stride = [1, 1];", "if (dim.IsEmpty) dim = [-2, -1];"], body[..2]);
        Assert.Contains("stack[4] = NativeValue.Of(value.IsDefault ? 0.5 : value);", body);
        Assert.Contains("stack[5] = NativeValue.Of(alpha.IsDefault ? 1 : alpha);", body);
    }

    [Fact]
    public void Hidden_arguments_get_the_defaults_of_the_schema()
    {
        var generated = Generated.From("aten::contiguous(Tensor(a) self, *, MemoryFormat memory_format=0, Layout? layout=None, bool? pin_memory=None, Generator? generator=None) -> Tensor(a)");
        Assert.Equal(
            [
                "var stack = stackalloc NativeValue[5];",
                "stack[0] = NativeValue.Of(this);",
                "stack[1] = NativeValue.Of(0L);",
                "stack[2] = NativeValue.None;",
                "stack[3] = NativeValue.None;",
                "stack[4] = NativeValue.None;",
                "return Schemas.contiguous.CallTensor(stack, 5);",
            ], generated.Body("public Tensor Contiguous()"));
    }

    [Fact]
    public void Text_and_tensor_lists_are_laid_out_on_the_stack() => Assert.Equal(
        [
            "Span<byte> modeUtf8 = (mode ?? \"\").Length <= 64 ? stackalloc byte[192] : new byte[3 * (mode ?? \"\").Length];",
            "var modeLength = Encoding.UTF8.GetBytes((mode ?? \"\"), modeUtf8);",
            "Span<nint> tensorsHandles = tensors.Length <= 64 ? stackalloc nint[64] : new nint[tensors.Length];",
            "for (var i = 0; i < tensors.Length; i++) tensorsHandles[i] = tensors[i].Handle;",
            "Span<nint> indicesHandles = indices.Length <= 64 ? stackalloc nint[64] : new nint[indices.Length];",
            "for (var i = 0; i < indices.Length; i++) indicesHandles[i] = indices[i]?.Handle ?? 0;",
            "fixed (byte* modePointer = modeUtf8)",
            "fixed (nint* tensorsPointer = tensorsHandles)",
            "fixed (nint* indicesPointer = indicesHandles)",
            "{",
            "var stack = stackalloc NativeValue[3];",
            "stack[0] = mode is null ? NativeValue.None : NativeValue.Of(modePointer, modeLength);",
            "stack[1] = NativeValue.OfTensors(tensorsPointer, tensors.Length);",
            "stack[2] = NativeValue.OfOptionalTensors(indicesPointer, indices.Length);",
            "return Schemas.f.CallTensor(stack, 3);",
            "}",
        ],
        Generated.From("aten::f(str? mode, Tensor[] tensors, Tensor?[] indices) -> Tensor")
            .Body("public static Tensor F(string? mode, ReadOnlySpan<Tensor> tensors, ReadOnlySpan<Tensor?> indices)"));

    [Theory]
    [InlineData("aten::logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor", "public Tensor LogSumExp(long dim, bool keepDim = false)")]
    [InlineData("aten::amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor", "public Tensor Amax(long dim, bool keepDim = false)")]
    [InlineData("aten::norm(Tensor self, Scalar? p=None, int[1]? dim=None, bool keepdim=False) -> Tensor", "public Tensor Norm(Scalar? p, long dim, bool keepDim = false)")]
    [InlineData("aten::f(Tensor self, int[1]? dim, Tensor b, int c=2) -> Tensor", "public Tensor F(long dim, Tensor b, long c = 2)")]
    [InlineData("aten::roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor", "public Tensor Roll(long shifts, long dims)")]
    [InlineData("aten::conv1d(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=[1], int[1] padding=0, int groups=1) -> Tensor",
        "public static Tensor Conv1d(Tensor input, Tensor weight, Tensor? bias, long stride, long padding = 0, long groups = 1)")]
    public void A_list_of_one_may_be_a_plain_number(string schema, string head)
    {
        var generated = Generated.From(schema);
        Assert.Equal(2, generated.Declarations.Length);
        Assert.Equal(head, generated.Declarations[1]);
    }

    [Fact]
    public void The_literal_zero_means_an_axis_rather_than_an_element_type()
    {
        const string Sum = "aten::sum(Tensor self, *, ScalarType? dtype=None) -> Tensor\n";
        Assert.DoesNotContain("OverloadResolutionPriority", Generated.From(Sum).Source, StringComparison.Ordinal);
        Assert.Contains("[OverloadResolutionPriority(-1)]\n    [SkipLocalsInit]\n    public Tensor Sum(ElementType? dtype = null)",
            Generated.From(Sum + "aten::sum.dim(Tensor self, int dim) -> Tensor").Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aten::add_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)", "internal void AddInPlace(Tensor other)", "Schemas.add__Tensor.CallInPlace(stack, 2);")]
    [InlineData("aten::f(Tensor self) -> (Tensor, Tensor)", "public (Tensor, Tensor) F()", "return Schemas.f.CallTensors2(stack, 1);")]
    [InlineData("aten::f(Tensor self) -> Tensor[]", "public Tensor[] F()", "return Schemas.f.CallTensorList(stack, 1);")]
    [InlineData("aten::f(Tensor self) -> float", "public double F()", "return Schemas.f.CallDouble(stack, 1);")]
    [InlineData("aten::f(Tensor self) -> int", "public long F()", "return Schemas.f.CallLong(stack, 1);")]
    [InlineData("aten::f(Tensor self) -> bool", "public bool F()", "return Schemas.f.CallBool(stack, 1);")]
    [InlineData("aten::f(Tensor self) -> Scalar", "public Scalar F()", "return Schemas.f.CallScalar(stack, 1);")]
    [InlineData("aten::f(Tensor self) -> ()", "public void F()", "Schemas.f.CallVoid(stack, 1);")]
    public void The_call_fits_the_result(string schema, string head, string call) => Assert.Equal(call, Generated.From(schema).Body(head)[^1]);

    [Fact]
    public void Every_schema_gets_an_entry_and_its_documentation()
    {
        var source = Generated.From("""
            # A section

            aten::exp(Tensor self) -> Tensor
            aten::gelu(Tensor self, *, str approximate="none") -> Tensor
            """).Source;
        Assert.Contains("""public static readonly Operator exp = new("aten::exp", "", "aten::exp(Tensor self) -> Tensor");""", source, StringComparison.Ordinal);
        Assert.Contains("""public static readonly Operator gelu = new("aten::gelu", "", "aten::gelu(Tensor self, *, str approximate=\"none\") -> Tensor");""", source, StringComparison.Ordinal);
        Assert.Contains("    [\n        exp,\n        gelu,\n    ];\n", source, StringComparison.Ordinal);
        Assert.Contains("/// <summary><c>aten::exp(Tensor self) -&gt; Tensor</c></summary>", source, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_files_are_left_alone() => Assert.Empty(Generated.From("aten::exp(Tensor self) -> Tensor", "BannedSymbols.txt").Source);
}
