using Latent.Torch;

namespace Latent.Networks;

/// <summary>
/// One step of a gated recurrent unit: r = σ(W_ir x + b_ir + W_hr h + b_hr), z = σ(W_iz x + b_iz + W_hz h + b_hz),
/// n = tanh(W_in x + b_in + r ∘ (W_hn h + b_hn)), h' = (1 − z) ∘ n + z ∘ h.
/// </summary>
/// <remarks>
/// <para>Source: Cho et al. 2014, Learning phrase representations using RNN encoder–decoder.</para>
/// <para>Shapes: x [*, inputs], h [*, hidden] → h' [*, hidden]; parameters <c>weight_ih</c> [3 hidden, inputs], <c>weight_hh</c>
/// [3 hidden, hidden], <c>bias_ih</c> and <c>bias_hh</c> [3 hidden], the rows of r, then z, then n, as PyTorch's <c>GRUCell</c>.</para>
/// <para>Initial values: all uniform on ±1/√hidden.</para>
/// <para>Deviation: as in PyTorch, r multiplies W_hn h + b_hn rather than h, which allows one product for all gates; the paper's z is 1 − z here.</para>
/// </remarks>
public sealed class GruCell
{
    private readonly long inputs;
    private readonly long hidden;
    private readonly Tensor inputWeight;
    private readonly Tensor hiddenWeight;
    private readonly Tensor inputBias;
    private readonly Tensor hiddenBias;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public GruCell(Init init, long inputs, long hidden)
    {
        this.inputs = Arguments.Positive(inputs);
        this.hidden = Arguments.Positive(hidden);
        var initializer = Initializers.FanIn(hidden);
        inputWeight = init.Parameter("weight_ih", [3 * hidden, inputs], initializer);
        hiddenWeight = init.Parameter("weight_hh", [3 * hidden, hidden], initializer);
        inputBias = init.Parameter("bias_ih", [3 * hidden], initializer);
        hiddenBias = init.Parameter("bias_hh", [3 * hidden], initializer);
    }

    /// <summary>The state after x.</summary>
    /// <param name="x">The input of this step, [*, inputs].</param>
    /// <param name="h">The state before, [*, hidden].</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public Tensor Forward(Tensor x, Tensor h)
    {
        var batch = BatchAxes.OfStep(x, inputs);
        BatchAxes.CheckState(h, batch, hidden);
        return Tensor.GruCell(x.MergeBatch(batch), h.MergeBatch(batch), inputWeight, hiddenWeight, inputBias, hiddenBias).SplitBatch(batch);
    }
}
