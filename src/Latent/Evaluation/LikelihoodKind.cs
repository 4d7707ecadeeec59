namespace Latent.Evaluation;

/// <summary>What a log-likelihood is: numbers of different kinds do not mean the same.</summary>
public enum LikelihoodKind
{
    /// <summary>log p(x) itself, up to rounding.</summary>
    Exact,
    /// <summary>A number whose expectation is at most log p(x): the ELBO.</summary>
    LowerBound,
    /// <summary>An estimate from K draws that tends to log p(x) as K grows, from below in expectation.</summary>
    Estimate,
    /// <summary>The model has no likelihood.</summary>
    None,
}
