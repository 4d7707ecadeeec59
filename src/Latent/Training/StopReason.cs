namespace Latent.Training;

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>All steps are done.</summary>
    Completed,
    /// <summary>Validation has not improved for as long as <see cref="TrainingOptions.Patience"/> says.</summary>
    EarlyStopped,
    /// <summary>It was asked to stop; a later run can resume.</summary>
    Cancelled,
}
