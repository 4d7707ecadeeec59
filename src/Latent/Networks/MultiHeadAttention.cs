using Latent.Torch;

namespace Latent.Networks;

/// <summary>
/// Attention in several heads: each computes softmax(Q Kᵀ / √d) V from its share of Q = x W_q, K = m W_k, V = m W_v; the heads side by
/// side are mapped by W_o. The memory m is x itself (self-attention) or another sequence (cross-attention).
/// </summary>
/// <remarks>
/// <para>Source: Vaswani et al. 2017, Attention is all you need, section 3.2.</para>
/// <para>Shapes: x [*, T, width], m [*, S, width] → y [*, T, width], with d = width / heads; parameters <c>in_proj_weight</c>
/// [3 width, width] and <c>in_proj_bias</c> [3 width], the rows of q, k, v, <c>out_proj/weight</c> [width, width], <c>out_proj/bias</c>
/// [width], as PyTorch's <c>MultiheadAttention</c> with the batch first.</para>
/// <para>Initial values: in_proj_weight Xavier uniform, out_proj/weight uniform on ±1/√width, biases 0.</para>
/// <para>Numerics: Q is divided by √d before the product, so that it stays in range in 16 bits; softmax subtracts the largest score.</para>
/// </remarks>
public sealed class MultiHeadAttention
{
    private readonly long width;
    private readonly long heads;
    private readonly bool isCausal;
    private readonly Tensor inWeight;
    private readonly Tensor inBias;
    private readonly Tensor outWeight;
    private readonly Tensor outBias;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="width">Features of each element, a multiple of <paramref name="heads"/>.</param>
    /// <param name="heads">How many heads share them.</param>
    /// <param name="isCausal">Whether element t sees only the elements up to t.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the width does not divide into the heads.</exception>
    public MultiHeadAttention(Init init, long width, long heads, bool isCausal = false)
    {
        this.width = Arguments.MultipleOf(heads, width);
        this.heads = heads;
        this.isCausal = isCausal;
        inWeight = init.Parameter("in_proj_weight", [3 * width, width], Initializers.XavierUniform(width, 3 * width));
        inBias = init.Parameter("in_proj_bias", [3 * width], Initializers.Zeros);
        outWeight = init["out_proj"].Parameter("weight", [width, width], Initializers.FanIn(width));
        outBias = init["out_proj"].Parameter("bias", [width], Initializers.Zeros);
    }

    /// <summary>What each element of x gathers from the memory.</summary>
    /// <param name="x">The elements that ask.</param>
    /// <param name="memory">The elements that answer; null stands for x.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or a causal layer is given a memory.</exception>
    public Tensor Forward(Tensor x, Tensor? memory = null)
    {
        Check(x, nameof(x));
        if (memory is not null)
        {
            if (isCausal) throw new ArgumentException("Causal attention is of a sequence to itself; for cross-attention build the layer with isCausal: false.", nameof(memory));
            Check(memory, nameof(memory));
        }
        var (q, k, v) = Project(x, memory);
        var scores = Heads(q / Math.Sqrt(width / heads)).MatMul(Heads(k).Transpose(-2, -1)); // [*, heads, T, S]
        if (isCausal) scores = scores.MaskedFill(Future(x), double.NegativeInfinity);
        var gathered = scores.Softmax(-1).MatMul(Heads(v)); // [*, heads, T, d]
        return Tensor.Linear(gathered.Transpose(-3, -2).Flatten(-2), outWeight, outBias); // [*, T, width]
    }

    private (Tensor Q, Tensor K, Tensor V) Project(Tensor x, Tensor? memory)
    {
        if (memory is null)
        {
            var all = Tensor.Linear(x, inWeight, inBias).Chunk(3, -1); // [*, T, 3 width] → 3 × [*, T, width]
            return (all[0], all[1], all[2]);
        }
        var q = Tensor.Linear(x, inWeight.Narrow(0, 0, width), inBias.Narrow(0, 0, width));
        var kv = Tensor.Linear(memory, inWeight.Narrow(0, width, 2 * width), inBias.Narrow(0, width, 2 * width)).Chunk(2, -1);
        return (q, kv[0], kv[1]);
    }

    /// <summary>[*, T, width] → [*, heads, T, d].</summary>
    private Tensor Heads(Tensor x) => x.Unflatten(-1, heads, width / heads).Transpose(-3, -2);

    /// <summary>Where s lies after t, [T, T].</summary>
    private static Tensor Future(Tensor x)
    {
        var length = x.Size(-2);
        return Tensor.Ones([length, length], ElementType.Bool, x.Device).Triu(1);
    }

    private void Check(Tensor x, string name)
    {
        if (x.Shape is not [.., _, var features] || features != width)
            throw Arguments.Misshapen(x, $"[*, T, width = {width}]", "Give sequences of vectors of this width: map others there with a Linear first.", name);
    }
}
