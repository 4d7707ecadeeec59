namespace Latent.Evaluation;

/// <summary>Whether the latent variables are used.</summary>
public enum CollapseVerdict
{
    /// <summary>They are.</summary>
    Healthy,
    /// <summary>Few of their units are.</summary>
    PartialCollapse,
    /// <summary>They are not: the posterior is the prior, whatever x.</summary>
    Collapse,
}
