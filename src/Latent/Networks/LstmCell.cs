using Latent.Torch;

namespace Latent.Networks;

/// <summary>
/// One step of a long short-term memory: (i, f, g, o) = (σ, σ, tanh, σ)(W_i x + b_i + W_h h + b_h), c' = f ∘ c + i ∘ g, h' = o ∘ tanh(c').
/// </summary>
/// <remarks>
/// <para>Source: Hochreiter and Schmidhuber 1997, Long short-term memory; forget gate of Gers, Schmidhuber and Cummins 2000.</para>
/// <para>Shapes: x [*, inputs], h and c [*, hidden] → h' and c' [*, hidden]; parameters <c>weight_ih</c> [4 hidden, inputs], <c>weight_hh</c>
/// [4 hidden, hidden], <c>bias_ih</c> and <c>bias_hh</c> [4 hidden], the rows of i, f, g, o, as PyTorch's <c>LSTMCell</c>.</para>
/// <para>Initial values: all uniform on ±1/√hidden.</para>
/// </remarks>
public sealed class LstmCell
{
    private readonly long inputs;
    private readonly long hidden;
    private readonly Tensor inputWeight;
    private readonly Tensor hiddenWeight;
    private readonly Tensor inputBias;
    private readonly Tensor hiddenBias;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public LstmCell(Init init, long inputs, long hidden)
    {
        this.inputs = Arguments.Positive(inputs);
        this.hidden = Arguments.Positive(hidden);
        var initializer = Initializers.FanIn(hidden);
        inputWeight = init.Parameter("weight_ih", [4 * hidden, inputs], initializer);
        hiddenWeight = init.Parameter("weight_hh", [4 * hidden, hidden], initializer);
        inputBias = init.Parameter("bias_ih", [4 * hidden], initializer);
        hiddenBias = init.Parameter("bias_hh", [4 * hidden], initializer);
    }

    /// <summary>State and memory after x.</summary>
    /// <param name="x">The input of this step, [*, inputs].</param>
    /// <param name="h">The state before, [*, hidden].</param>
    /// <param name="c">The memory before, [*, hidden].</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public (Tensor H, Tensor C) Forward(Tensor x, Tensor h, Tensor c)
    {
        var batch = BatchAxes.OfStep(x, inputs);
        BatchAxes.CheckState(h, batch, hidden);
        BatchAxes.CheckState(c, batch, hidden);
        var (nextH, nextC) = Tensor.LstmCell(x.MergeBatch(batch), [h.MergeBatch(batch), c.MergeBatch(batch)], inputWeight, hiddenWeight, inputBias, hiddenBias);
        return (nextH.SplitBatch(batch), nextC.SplitBatch(batch));
    }
}
