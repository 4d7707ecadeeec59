using Latent.Distributions;
using Latent.Torch;

namespace Latent.Conditionals;

/// <summary>Several conditionals of the same variable, such as one network under several orders: in use their mean, p(y|c) = 1/M Σ_m p_m(y|c).</summary>
/// <remarks>
/// <para>Source: Germain et al. 2015, MADE, sections 4.2 and 4.4.</para>
/// <para>While a <see cref="TrainingPass"/> is open the members take turns, one in each step: each is trained on its own likelihood.</para>
/// </remarks>
/// <param name="members">p_1, …, p_M.</param>
public sealed class Ensemble(IReadOnlyList<Conditional> members) : Conditional
{
    /// <inheritdoc/>
    public override Distribution Given(Tensor? context = null) => TrainingPass.Current is { } pass
        ? members[(int)(pass.Step % members.Count)].Given(context)
        : new EqualMixture([.. members.Select(member => member.Given(context))]);
}
