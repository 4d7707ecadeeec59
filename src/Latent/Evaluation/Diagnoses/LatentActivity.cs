using System.Text.Json.Serialization;

namespace Latent.Evaluation;

/// <summary>What a latent variable carries, unit by unit.</summary>
/// <remarks>
/// <para>Source: Burda, Grosse and Salakhutdinov, Importance weighted autoencoders (2016), section 5.2.</para>
/// <para>Units: rates in nats per example; variances in the latent's own units. A unit is an element of the event, in row-major order.</para>
/// </remarks>
/// <param name="Name">The latent variable.</param>
/// <param name="Shape">The shape of its event.</param>
/// <param name="Rate">The mean over examples of KL(q(z|x) ‖ p(z)).</param>
/// <param name="UnitRates">The same of each unit; null where the divergence has no closed form, or none that is a sum over units.</param>
/// <param name="UnitVariances">Var_x(E[z|x]) of each unit: how much its posterior mean moves with x.</param>
public sealed record LatentActivity(string Name, IReadOnlyList<long> Shape, double Rate, IReadOnlyList<double>? UnitRates, IReadOnlyList<double> UnitVariances)
{
    /// <summary>A unit is active when its posterior mean varies by more than this.</summary>
    public const double Threshold = 0.01;

    /// <summary>How many units are active.</summary>
    [JsonIgnore]
    public int ActiveUnits => UnitVariances.Count(variance => variance > Threshold);

    /// <summary>How many units there are.</summary>
    [JsonIgnore]
    public int Units => UnitVariances.Count;
}
