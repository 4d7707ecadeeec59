namespace Latent.Torch;

/// <summary>A file breaks its format, or uses a part of the format that Latent does not read.</summary>
/// <remarks>The message says which file, where in it, what is wrong and what to do: <c>path: place: problem remedy</c>.</remarks>
public sealed class MalformedFileException : FormatException
{
    /// <summary>Names the fault.</summary>
    /// <param name="path">The file.</param>
    /// <param name="place">Where in the file: a byte offset, or the name of a tensor or an entry.</param>
    /// <param name="problem">What is wrong there, as a sentence.</param>
    /// <param name="remedy">What the user can do, as a sentence.</param>
    /// <param name="cause">The error of a library that met the fault first.</param>
    public MalformedFileException(string path, string place, string problem, string remedy, Exception? cause = null)
        : base($"{path}: {place}: {problem} {remedy}", cause)
    {
        Path = path;
        Place = place;
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Where in the file: a byte offset, or the name of a tensor or an entry.</summary>
    public string Place { get; }

    /// <summary>What is wrong there.</summary>
    public string Problem { get; }

    /// <summary>What the user can do.</summary>
    public string Remedy { get; }

    /// <summary>The remedy where bytes were lost or changed on the way.</summary>
    internal const string FetchAgain = "The file is damaged or cut short: fetch it or write it again.";
}
