using Latent.Torch;

namespace Latent.Networks;

/// <summary>
/// The network of Flow++'s couplings: a convolution, blocks, a convolution. A block adds a gated convolution and then what gated
/// attention gathers from all pixels, each followed by a normalisation; height and width stay.
/// </summary>
/// <remarks>
/// <para>Source: Ho et al., Flow++ (2019), section 3.3. The gated convolution is that of PixelCNN++ (Salimans et al. 2017):
/// x + a σ(b), (a, b) = W₂ ⋆ g(W₁ ⋆ g(x)), with g(x) = elu((x, −x)).</para>
/// <para>Shapes: x [*, inputs, H, W] → y [*, outputs, H, W], H and W known beforehand; parts <c>first</c>, <c>last</c>, and in each of
/// <c>0</c>, <c>1</c>, …: <c>conv1</c>, <c>conv2</c>, <c>norm1</c>, <c>position</c> [hidden, H, W], <c>attention</c>, <c>gate</c>, <c>norm2</c>.</para>
/// <para>Initial values: those of the parts, and zeros in the last layer if no others are given, so that a coupling begins as the identity.</para>
/// <para>Deviation: normalisation over channels and pixels together; learned positions.</para>
/// </remarks>
public sealed class GatedAttentionNet
{
    private readonly Conv2d first;
    private readonly Block[] blocks;
    private readonly Conv2d last;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="hidden">Channels of the blocks, a multiple of <paramref name="heads"/>.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="size">H and W.</param>
    /// <param name="blocks">How many blocks there are.</param>
    /// <param name="heads">Heads of the attention.</param>
    /// <param name="outputWeight">First values of the last layer's weights; zeros if null.</param>
    /// <param name="outputBias">First values of the last layer's biases; zeros if null.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the channels do not divide into the heads.</exception>
    public GatedAttentionNet(Init init, long inputs, long hidden, long outputs, Size2d size, int blocks, long heads = 4, Initializer? outputWeight = null, Initializer? outputBias = null)
    {
        Size2d.Positive(size);
        first = new(init["first"], inputs, hidden, kernel: 3, padding: 1);
        this.blocks = [.. Enumerable.Range(0, (int)Arguments.Positive(blocks, nameof(blocks))).Select(i => new Block(init[i], hidden, size, heads))];
        last = new(init["last"], hidden, outputs, kernel: 3, padding: 1, weight: outputWeight ?? Initializers.Zeros, bias: outputBias ?? Initializers.Zeros);
    }

    /// <summary>Applies the parts in order.</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is no [*, inputs, H, W].</exception>
    public Tensor Forward(Tensor x)
    {
        var h = first.Forward(x); // [*, hidden, H, W]
        foreach (var block in blocks) h = block.Forward(h);
        return last.Forward(h);
    }

    private sealed class Block
    {
        private readonly Conv2d conv1;
        private readonly Conv2d conv2;
        private readonly GroupNorm norm1;
        private readonly Tensor position;
        private readonly MultiHeadAttention attention;
        private readonly GatedLinear gate;
        private readonly GroupNorm norm2;

        public Block(Init init, long hidden, Size2d size, long heads)
        {
            conv1 = new(init["conv1"], 2 * hidden, hidden, kernel: 3, padding: 1);
            conv2 = new(init["conv2"], 2 * hidden, 2 * hidden, kernel: 1);
            norm1 = new(init["norm1"], 1, hidden);
            position = init.Parameter("position", [hidden, size.Height, size.Width], Initializers.Normal(0.01));
            attention = new(init["attention"], hidden, heads);
            gate = new(init["gate"], hidden, hidden);
            norm2 = new(init["norm2"], 1, hidden);
        }

        public Tensor Forward(Tensor x)
        {
            x = norm1.Forward(x + conv2.Forward(Both(conv1.Forward(Both(x)))).Glu(-3));
            var pixels = (x + position).Flatten(-2).Transpose(-2, -1);  // [*, H W, hidden]
            var gathered = gate.Forward(attention.Forward(pixels));
            return norm2.Forward(x + gathered.Transpose(-2, -1).Reshape(x.Shape));
        }

        /// <summary>elu((x, −x)), so that neither sign of a feature is lost: [*, C, H, W] → [*, 2 C, H, W].</summary>
        private static Tensor Both(Tensor x) => Tensor.Cat([x, -x], -3).Elu();
    }
}
