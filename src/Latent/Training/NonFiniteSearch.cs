using System.Text.Json;
using Latent.Data;
using Latent.Models;
using Latent.Torch;

namespace Latent.Training;

/// <summary>Repeats a step whose loss or gradient was not finite under watch, to find where the first such number came from. Parameters do not change.</summary>
internal static class NonFiniteSearch
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Looks through the shares of the step that the crew made last.</summary>
    public static NonFiniteFinding Find(Game game, Crew crew, long step)
    {
        using var scope = TensorScope.Open();
        var player = game.PlayerAt(step);
        foreach (var store in crew.StoresOf(player)) store.ClearGradients();
        var found = new NonFiniteFinding(step, game.Players[player].Name, crew.Loss, null, FirstParameter(game.Stores), null, null, null);
        for (var replica = 0; replica < crew.Replicas; replica++)
        {
            using var inner = TensorScope.Open();
            if (Find(crew, replica, crew.StoresOf(player)[replica], found) is { } finding) return finding;
        }
        return found;
    }

    /// <summary>Writes what is needed to replay the step: its batch, a checkpoint of before it, and the finding.</summary>
    public static NonFiniteFinding Save(NonFiniteFinding finding, Batches data, RunFolder folder, Action<string> saveCheckpoint)
    {
        try
        {
            Directory.CreateDirectory(folder.NonFinite);
            saveCheckpoint(folder.NonFinite);
            SaveBatch(data, finding.Step, Path.Combine(folder.NonFinite, "batch.npz"));
            finding = finding with { Folder = folder.NonFinite };
            AtomicFile.Write(Path.Combine(folder.NonFinite, "finding.json"), stream => JsonSerializer.Serialize(stream, finding, Json));
            return finding;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return finding with { Folder = null }; // what was found matters more
        }
    }

    private static NonFiniteFinding? Find(Crew crew, int replica, ParameterStore store, NonFiniteFinding found)
    {
        using var operators = new OperatorWatch();
        using var traces = new TraceWatch();
        if (crew.Evaluate(replica) is not var (loss, weighted)) return null;
        var made = operators.First;
        found = found with { Loss = loss.Value.Item<double>(), Operator = made };
        if (double.IsFinite(found.Loss))
        {
            Autograd.Backward(weighted, retainGraph: true);
            if (FirstGradient(store) is not { } gradient) return null;
            return found with { Gradient = gradient, Operator = operators.FirstInBackward(weighted) };
        }
        return found with { Site = traces.Traces.Select(FirstSite).FirstOrDefault(site => site is not null) };
    }

    private static string? FirstSite(Trace trace)
    {
        foreach (var site in trace.Latents)
            if (!AreFinite(site.Value, site.Rate, site.LogPrior, site.LogPosterior)) return site.Name;
        foreach (var site in trace.Observations)
            if (!AreFinite(site.LogLikelihood)) return site.Name;
        return null;
    }

    private static string? FirstParameter(ParameterStore[] stores) => stores.SelectMany(s => s.Parameters).FirstOrDefault(p => !AreFinite(p.Value))?.Path;

    private static string? FirstGradient(ParameterStore store) => store.Parameters.FirstOrDefault(p => p.Value.Grad is { } gradient && !AreFinite(gradient))?.Path;

    private static bool AreFinite(params ReadOnlySpan<Tensor> tensors)
    {
        foreach (var tensor in tensors)
            if (!OperatorWatch.IsFinite(tensor)) return false;
        return true;
    }

    private static void SaveBatch(Batches data, long step, string file)
    {
        using var scope = TensorScope.Open();
        var batch = data.At(step);
        var arrays = new Dictionary<string, HostArray> { ["x"] = batch.X.ToHostArray(), ["indices"] = HostArray.From(batch.Indices.Span, [batch.Indices.Length]) };
        if (batch.Labels is { } labels) arrays.Add("labels", labels.ToHostArray());
        if (batch.Lengths is { } lengths) arrays.Add("lengths", lengths.ToHostArray());
        NpzFile.Write(file, arrays);
    }
}
