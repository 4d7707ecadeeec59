using System.Text;

namespace Latent.Training;

/// <summary>Training stopped at a loss or a gradient that is not finite. The parameters are those before the step, and the last checkpoint is intact.</summary>
public sealed class NonFiniteException : Exception
{
    /// <summary>Says what was found, and what to try.</summary>
    public NonFiniteException(NonFiniteFinding finding) : base(Describe(finding)) => Finding = finding;

    /// <summary>Where the number came from.</summary>
    public NonFiniteFinding Finding { get; }

    private static string Describe(NonFiniteFinding f)
    {
        var text = new StringBuilder($"Step {f.Step} ({f.Player}): ");
        text.Append(double.IsFinite(f.Loss) ? "the gradient is not finite." : $"the loss is {f.Loss}.");
        if (f.Parameter is not null) text.Append($" The parameter '{f.Parameter}' is not finite.");
        if (f.Site is not null) text.Append($" The first variable that is not finite is '{f.Site}'.");
        if (f.Gradient is not null) text.Append($" The first gradient that is not finite is that of '{f.Gradient}'.");
        if (f.Operator is not null) text.Append($" It first came from {f.Operator}.");
        text.Append(f.Parameter is not null
            ? " Give it finite initial values, or go on from a checkpoint where it is finite."
            : " Train with a smaller learning rate, a warm-up, or clipped gradients; put floors under scales and arguments of logarithms; or take full precision, or Float64.");
        if (f.Folder is not null) text.Append($" The step's batch and parameters are in '{f.Folder}'.");
        return text.ToString();
    }
}
