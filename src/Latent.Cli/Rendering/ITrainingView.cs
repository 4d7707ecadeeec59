using Latent.Evaluation;
using Latent.Training;

namespace Latent.Cli.Rendering;

/// <summary>Shows how training goes.</summary>
internal interface ITrainingView
{
    /// <summary>Shows an event.</summary>
    void Show(TrainingEvent e);

    /// <summary>Shows what the trained model is measured on, before that is done.</summary>
    void Show(EvaluationProtocol protocol);

    /// <summary>Shows what the trained model is worth.</summary>
    void Show(EvaluationReport report);
}
