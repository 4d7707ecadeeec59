namespace Latent.Evaluation;

/// <summary>Why the likelihoods of two reports do not compare.</summary>
/// <param name="First">The one model.</param>
/// <param name="Second">The other.</param>
/// <param name="Aspect">In what they differ: density (of x, or of x given its class), data, part, split, content of the data, preprocessing, levels, shape, examples, draws.</param>
/// <param name="FirstValue">What it is for the first.</param>
/// <param name="SecondValue">What it is for the second.</param>
public sealed record Refusal(EvaluatedModel First, EvaluatedModel Second, string Aspect, string FirstValue, string SecondValue)
{
    /// <summary>The reason in a sentence.</summary>
    public override string ToString() => $"{Second.Run ?? Second.Name} does not compare with {First.Run ?? First.Name}: {Aspect} {SecondValue}, not {FirstValue}.";
}
