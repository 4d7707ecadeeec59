using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Latent.Evaluation;

/// <summary>Everything that was measured of a model, with the protocol that makes it comparable.</summary>
/// <remarks>Units: nats per example, of the data as they were before standardisation.</remarks>
public sealed record EvaluationReport
{
    /// <summary>The model.</summary>
    public required EvaluatedModel Model { get; init; }

    /// <summary>What it was measured on.</summary>
    public required EvaluationProtocol Protocol { get; init; }

    /// <summary>The best that is known of log p(x): exact, or estimated from K draws. Null for a model without likelihood.</summary>
    public LikelihoodEstimate? Likelihood { get; init; }

    /// <summary>The ELBO; null without latent variables.</summary>
    public LikelihoodEstimate? Elbo { get; init; }

    /// <summary>The mean of KL(q(z|x) ‖ p(z)); null without latent variables.</summary>
    public double? Rate { get; init; }

    /// <summary>The mean of −E_q[log p(x|z)]; null without latent variables.</summary>
    public double? Distortion { get; init; }

    /// <summary>The estimate by annealed importance sampling, of fewer examples; null if there was none.</summary>
    public LikelihoodEstimate? Annealed { get; init; }

    /// <summary>The importance-weighted estimate of the examples that were annealed, to compare with <see cref="Annealed"/>.</summary>
    public LikelihoodEstimate? LikelihoodOfAnnealed { get; init; }

    /// <summary>What each latent variable carries, in the model's order.</summary>
    public IReadOnlyList<LatentActivity> Latents { get; init; } = [];

    /// <summary>The information in all latent variables; null without them, or where the prior depends on labels.</summary>
    public InformationEstimate? Information { get; init; }

    /// <summary>What the latent variables' state means, in words; null without them.</summary>
    public CollapseDiagnosis? Diagnosis { get; init; }

    /// <summary>What should be known before the numbers are used.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The time it took.</summary>
    public double Seconds { get; init; }

    /// <summary>Whether more was measured here than in another report of the model: more examples, or more draws, or where both are as many also by annealing.</summary>
    /// <param name="other">The other; each may be fuller than the other, in examples the one and in draws the other.</param>
    public bool IsFullerThan(EvaluationReport other)
    {
        var (examples, draws) = (Protocol.Examples - other.Protocol.Examples, (Likelihood?.Particles ?? 0) - (other.Likelihood?.Particles ?? 0));
        return examples > 0 || draws > 0 || ((examples, draws) == (0, 0) && Annealed is not null && other.Annealed is null);
    }

    /// <summary>The report as a JSON object, indented, for files and pipes.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.Readable.EvaluationReport);

    /// <summary>The report of <see cref="ToJson"/>.</summary>
    /// <exception cref="JsonException">The text is no report; the message says where it goes wrong.</exception>
    public static EvaluationReport FromJson(string json) =>
        JsonSerializer.Deserialize(json, EvaluationJson.Readable.EvaluationReport) ?? throw new JsonException("The text is 'null', and no report.");
}

[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class EvaluationJson : JsonSerializerContext
{
    /// <summary>Letters stay as they are; what is not finite is written by name.</summary>
    public static EvaluationJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter<LikelihoodKind>(JsonNamingPolicy.CamelCase), new JsonStringEnumConverter<CollapseVerdict>(JsonNamingPolicy.CamelCase) },
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
