namespace Latent.Catalog;

/// <summary>A recipe or a setting cannot be followed: it is no YAML, or names keys or values that do not exist or do not fit.</summary>
/// <remarks>The message says where, what is wrong and what would be right: <c>vae.yaml, line 7, column 1: 'trainng' is no key of the recipe. Did you mean 'training'? Allowed: data, model, training.</c></remarks>
public sealed class RecipeException : Exception
{
    /// <summary>Names the fault.</summary>
    /// <param name="place">Where it is: a file with line and column, or a setting as it was given.</param>
    /// <param name="problem">What is wrong there and what would be right, in whole sentences.</param>
    /// <param name="cause">The error that was met first.</param>
    public RecipeException(string place, string problem, Exception? cause = null) : base($"{place}: {problem}", cause)
    {
        Place = place;
        Problem = problem;
    }

    /// <summary>Where it is: a file with line and column, or a setting as it was given.</summary>
    public string Place { get; }

    /// <summary>What is wrong there and what would be right.</summary>
    public string Problem { get; }
}
