namespace Latent.Transforms;

/// <summary>The inverse of a transform without one was asked for.</summary>
public sealed class InverseNotAvailableException : NotSupportedException
{
    /// <summary>Says which transform has none, and what to do.</summary>
    public InverseNotAvailableException(Transform transform) : base(
        $"{NameOf(transform)} has no inverse: it maps z to x only. Its own draws need none (SampleWithLogProb, RSampleWithLogProb); for the density of given x take its Inverted, which maps x to z by what this one has, or a transform whose HasInverse is true.")
    {
    }

    private static string NameOf(Transform transform) => transform is Chain chain ? NameOf(Array.Find(chain.Parts, p => !p.HasInverse) ?? transform) : transform.GetType().Name;
}
