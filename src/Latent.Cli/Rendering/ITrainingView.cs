using Latent.Training;

namespace Latent.Cli.Rendering;

/// <summary>Shows how training goes.</summary>
internal interface ITrainingView
{
    /// <summary>Shows an event.</summary>
    void Show(TrainingEvent e);

    /// <summary>Measures the trained model and shows what was found.</summary>
    void Evaluate(string? dataRoot);
}
