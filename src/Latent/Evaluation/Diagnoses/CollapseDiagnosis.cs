namespace Latent.Evaluation;

/// <summary>What the state of the latent variables means, and what can be done about it.</summary>
/// <param name="Verdict">Whether they are used.</param>
/// <param name="HasPriorHoles">Whether the prior has much mass where no example's posterior is, so that draws from it look like no example.</param>
/// <param name="Summary">The same in a sentence or two.</param>
/// <param name="Advice">What to try, in the words of recipes, the most likely remedy first; empty where nothing was found.</param>
public sealed record CollapseDiagnosis(CollapseVerdict Verdict, bool HasPriorHoles, string Summary, IReadOnlyList<string> Advice)
{
    /// <summary>Below this share of active units a model is called partly collapsed.</summary>
    private const double FewUnits = 0.1;

    /// <summary>Below this rate, in nats, nothing worth mentioning is known of x.</summary>
    private const double Nothing = 0.1;

    /// <summary>Judges latent variables by their activity.</summary>
    /// <param name="latents">At least one.</param>
    /// <param name="information">The information in all of them; null if unknown.</param>
    public static CollapseDiagnosis Of(IReadOnlyList<LatentActivity> latents, InformationEstimate? information)
    {
        var (active, units, rate) = (latents.Sum(l => l.ActiveUnits), latents.Sum(l => l.Units), latents.Sum(l => l.Rate));
        var state = $"{active} of {units} units {(active == 1 ? "is" : "are")} active (rate {rate:0.00} nats{Idle(latents)})";
        var verdict = active == 0 || rate < Nothing ? CollapseVerdict.Collapse : active < FewUnits * units ? CollapseVerdict.PartialCollapse : CollapseVerdict.Healthy;
        var summary = verdict switch
        {
            CollapseVerdict.Collapse => $"Posterior collapse: {state}. The decoder ignores the latent variables, and q(z|x) says nothing of x.",
            CollapseVerdict.PartialCollapse => $"Partial posterior collapse: {state}.",
            _ => $"No posterior collapse: {state}.",
        };
        List<string> advice = verdict == CollapseVerdict.Healthy ? [] :
        [
            "Let the weight of the rate rise from 0 over the first epochs: objective.beta of kind linear or cyclic.",
            "Give each unit some free bits: objective.freeBits, such as 0.1 to 0.5 nats.",
            "Weaken a decoder that can do without z, or check that the distortion is a sum over the example, not a mean.",
        ];
        if (verdict == CollapseVerdict.PartialCollapse)
            advice.Add($"If reconstructions are good, {active} units are all that the data need: idle ones cost nothing, and a smaller latent variable gives the same bound.");

        // What is certainly between the posteriors together and the prior.
        var divergence = information is { IsAtCeiling: false } ? information.MarginalDivergence : information?.UnitDivergence ?? 0;
        var hasHoles = divergence > Math.Max(1, 0.25 * rate);
        if (hasHoles)
        {
            summary += $" The prior has holes: the posteriors together are {divergence:0.0} nats from it, so samples fall where the decoder was never trained.";
            advice.Add("Take a prior that can follow the posteriors: model.prior of kind mixture.");
        }
        return new(verdict, hasHoles, summary, advice);
    }

    /// <summary>Which of several latent variables carry nothing.</summary>
    private static string Idle(IReadOnlyList<LatentActivity> latents) =>
        latents.Count > 1 && latents.Where(l => l.ActiveUnits == 0).Select(l => l.Name).ToArray() is { Length: > 0 } idle ? $"; none in {string.Join(", ", idle)}" : "";
}
