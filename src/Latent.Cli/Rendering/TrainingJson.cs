using System.Text.Json;
using Latent.Catalog;
using Latent.Evaluation;
using Latent.Training;

namespace Latent.Cli.Rendering;

/// <summary>Training as JSON, an object per line and event.</summary>
internal sealed class TrainingJson(TextWriter output, Experiment experiment, RunFolder folder) : ITrainingView
{
    private static readonly JsonSerializerOptions s_line = ReadableJson.OnOneLine();

    public void Show(TrainingEvent e) => Write(e switch
    {
        TrainingEvent.Started s => new { @event = "started", run = folder.Path, model = experiment.Recipe.Name, step = s.Step, steps = s.Steps, stepsPerEpoch = s.StepsPerEpoch, parameters = s.Parameters, replicas = s.Replicas, threadsPerReplica = s.ThreadsPerReplica, standardizationLogDet = experiment.Data.Standardization?.LogDet, resumedFrom = s.ResumedFrom },
        TrainingEvent.Progress p => new { @event = "progress", step = p.Step, epoch = p.Epoch, terms = p.Terms, learningRate = p.LearningRates.Values.First(), gradientNorm = p.GradientNorm, examplesPerSecond = p.ExamplesPerSecond, elapsedSeconds = p.Elapsed.TotalSeconds, remainingSeconds = p.Remaining.TotalSeconds },
        TrainingEvent.Validated v => new { @event = "validated", step = v.Step, epoch = v.Epoch, values = v.Values, isBest = v.IsBest },
        TrainingEvent.Checkpointed c => new { @event = "checkpointed", step = c.Step, file = c.File },
        TrainingEvent.CheckpointRefused r => new { @event = "checkpointRefused", step = r.Step, file = r.File, reason = r.Reason },
        TrainingEvent.NonFinite n => new { @event = "nonFinite", step = n.Step, finding = n.Finding },
        TrainingEvent.Stopped s => new { @event = "stopped", step = s.Step, reason = s.Outcome.Reason.ToString(), best = s.Outcome.Best, bestStep = s.Outcome.BestStep, seconds = s.Outcome.Elapsed.TotalSeconds },
        _ => (object)new { @event = e.GetType().Name, step = e.Step },
    });

    public void Show(EvaluationProtocol protocol) => Write(new { @event = "evaluating", part = protocol.Part, examples = protocol.Examples });

    public void Show(EvaluationReport report) => Write(new { @event = "evaluated", report = JsonSerializer.Deserialize<JsonElement>(report.ToJson()) });

    private void Write(object line) => output.WriteLine(JsonSerializer.Serialize(line, s_line));
}
