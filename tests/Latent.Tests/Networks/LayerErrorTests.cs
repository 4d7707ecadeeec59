using Latent.Networks;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Networks;

/// <summary>What a user reads who gives a layer something that does not fit.</summary>
public sealed class LayerErrorTests : ScopedTest
{
    private static string MessageOf(Func<Init, object> attempt)
    {
        var message = "";
        Scoped(() =>
        {
            using var store = new ParameterStore(ElementType.Float64);
            message = Assert.ThrowsAny<ArgumentException>(() => { attempt(store.Init()); }).Message;
        });
        return message;
    }

    private static Tensor Zeros(params Shape shape) => Tensor.Zeros(shape, ElementType.Float64);

    [Fact]
    public void Vectors_of_another_width() => Assert.Equal(
        "x must have the shape [*, inputs = 3], but is Float64 [7, 5] on cpu. The layer maps the last axis: bring the features there (Reshape, Permute), or build the layer for the inputs that x has. (Parameter 'x')",
        MessageOf(init => new Linear(init, 3, 5).Forward(Zeros(7, 5))));

    [Fact]
    public void A_scalar() => Assert.Contains("but is Float64 [] on cpu", MessageOf(init => new Linear(init, 3, 5).Forward(Zeros())));

    [Fact]
    public void Images_with_channels_last() => Assert.Equal(
        "x must have the shape [*, channels = 3, H, W], but is Float64 [7, 5, 4, 3] on cpu. Channels stand before height and width: Permute images that have them last, Unsqueeze grey ones that have none, or build the layer for the channels that x has. (Parameter 'x')",
        MessageOf(init => new Conv2d(init, 3, 2, kernel: 1).Forward(Zeros(7, 5, 4, 3))));

    [Fact]
    public void Images_without_channels() => Assert.Contains("[*, channels = 3, H, W], but is Float64 [5, 4] on cpu", MessageOf(init => new Conv2d(init, 3, 2, kernel: 1).Forward(Zeros(5, 4))));

    [Fact]
    public void Events_of_another_shape() => Assert.Contains("[*, E = 2, 5], but is Float64 [7, 5] on cpu", MessageOf(init => new LayerNorm(init, [2, 5]).Forward(Zeros(7, 5))));

    [Fact]
    public void A_state_of_another_batch() => Assert.Equal(
        "h must have the shape [7, hidden = 5], but is Float64 [5] on cpu. Start from Tensor.Zeros of this shape and x's element type. (Parameter 'h')",
        MessageOf(init => new GruCell(init, 3, 5).Forward(Zeros(7, 3), Zeros(5))));

    [Fact]
    public void A_memory_of_another_width() => Assert.Contains("memory must have the shape [*, T, width = 6], but is", MessageOf(init => new MultiHeadAttention(init, 6, 2).Forward(Zeros(5, 6), Zeros(5, 3))));

    [Fact]
    public void A_memory_for_causal_attention() => Assert.Contains("build the layer with isCausal: false", MessageOf(init => new MultiHeadAttention(init, 6, 2, isCausal: true).Forward(Zeros(5, 6), Zeros(5, 6))));

    [Fact]
    public void Symbols_that_are_no_integers() => Assert.Contains("indices must hold the numbers of symbols, but is Float64 [7] on cpu; convert it", MessageOf(init => new Embedding(init, 5, 3).Forward(Zeros(7))));

    [Fact]
    public void A_context_that_is_missing() => Assert.Contains("The network depends on a context [*, C = 5], and none was given", MessageOf(init => new MaskedMlp(init, [[0, 1]], [7], 2, Activation.Tanh, 5).Forward(Zeros(7, 2))));

    [Fact]
    public void An_order_that_was_not_given() => Assert.Contains("The network was built with 1 orders, numbered from 0.", MessageOf(init => new MaskedMlp(init, [[0, 1]], [7], 2, Activation.Tanh).Forward(Zeros(7, 2), order: 1)));

    public static TheoryData<string, string> Constructors => new()
    {
        { "no inputs", "inputs must be at least 1." },
        { "no outputs", "outputs must be at least 1." },
        { "an empty mask", "mask.GetLength(1) must be at least 1." },
        { "one width", "give at least those of the inputs and of the outputs" },
        { "a zero width", "must be at least 1." },
        { "no order", "There is no order; give one, such as [0, 1, 2] of three coordinates." },
        { "an order with a gap", "An order must hold each of 0 … 2 once, being of 3 coordinates, not [0, 1, 3]." },
        { "orders of two sizes", "An order must hold each of 0 … 2 once, being of 3 coordinates, not [0, 1]." },
        { "an empty order", "order.Length must be at least 1." },
        { "a negative context", "contextFeatures ('-1') must be a non-negative value." },
        { "an indivisible group", "inputs = 3 does not divide into groups = 2 equal parts; take a multiple of 2, such as 4." },
        { "no groups", "groups must be at least 1." },
        { "an indivisible head", "width = 7 does not divide into heads = 2 equal parts; take a multiple of 2, such as 8." },
        { "an indivisible colour", "outputs = 4 does not divide into colors = 3 equal parts" },
        { "an even kernel", "The kernel has no centre, being 2×3; take odd sizes, such as 3×3." },
        { "an empty kernel", "Height and width of kernel must be at least 1." },
        { "a zero stride", "Height and width of stride must be at least 1." },
        { "a negative padding", "Height and width of padding must be at least 0." },
        { "a scalar event", "give the sizes of the last axes, such as [width]" },
        { "a zero epsilon", "epsilon must be a finite number above 0." },
        { "a rate of one", "in [0, 1); 0.1 drops a tenth." },
        { "a rate that is no number", "in [0, 1); 0.1 drops a tenth." },
    };

    private static object Make(Init init, string what) => what switch
    {
        "no inputs" => new Linear(init, 0, 5),
        "no outputs" => new GatedConv2d(init, 3, 0, kernel: 1),
        "an empty mask" => new MaskedLinear(init, new bool[5, 0]),
        "one width" => new Mlp(init, [3], Activation.Relu),
        "a zero width" => new Mlp(init, [3, 0, 5], Activation.Relu),
        "no order" => new MaskedMlp(init, [], [7], 2, Activation.Tanh),
        "an order with a gap" => new MaskedMlp(init, [[0, 1, 3]], [7], 2, Activation.Tanh),
        "orders of two sizes" => new MaskedMlp(init, [[0, 1, 2], [0, 1]], [7], 2, Activation.Tanh),
        "an empty order" => new MaskedMlp(init, [[]], [7], 2, Activation.Tanh),
        "a negative context" => new MaskedMlp(init, [[0]], [7], 2, Activation.Tanh, -1),
        "an indivisible group" => new Conv2d(init, 3, 4, kernel: 1, groups: 2),
        "no groups" => new GroupNorm(init, 0, 4),
        "an indivisible head" => new MultiHeadAttention(init, 7, 2),
        "an indivisible colour" => new MaskedConv2d(init, MaskType.A, 3, 4, 3, colors: 3),
        "an even kernel" => new MaskedConv2d(init, MaskType.A, 3, 3, (2, 3)),
        "an empty kernel" => new ConvTranspose2d(init, 3, 3, kernel: (3, 0)),
        "a zero stride" => new Conv2d(init, 3, 3, kernel: 3, stride: 0),
        "a negative padding" => new Conv2d(init, 3, 3, kernel: 3, padding: -1),
        "a scalar event" => new LayerNorm(init, []),
        "a zero epsilon" => new LayerNorm(init, [5], epsilon: 0),
        "a rate of one" => new Dropout(1),
        "a rate that is no number" => new Dropout(double.NaN),
        _ => throw new KeyNotFoundException(what),
    };

    [Theory, MemberData(nameof(Constructors))]
    public void A_constructor_says_what_to_give(string what, string message) => Assert.Contains(message, MessageOf(init => Make(init, what)));
}
