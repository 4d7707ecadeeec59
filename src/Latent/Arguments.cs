using System.Runtime.CompilerServices;
using Latent.Torch;

namespace Latent;

/// <summary>What is said when an argument does not fit: the expected, the actual, and what to do.</summary>
internal static class Arguments
{
    /// <summary>The size, if it is at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static long Positive(long size, [CallerArgumentExpression(nameof(size))] string name = "") =>
        size >= 1 ? size : throw new ArgumentOutOfRangeException(name, size, $"{name} must be at least 1.");

    /// <summary>The number, if it is above 0 and finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double Positive(double number, [CallerArgumentExpression(nameof(number))] string name = "") =>
        number > 0 && double.IsFinite(number) ? number : throw new ArgumentOutOfRangeException(name, number, $"{name} must be a finite number above 0.");

    /// <summary>The size, if it is a multiple of a number of parts, and both are positive.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static long MultipleOf(
        long parts, long size, [CallerArgumentExpression(nameof(parts))] string partsName = "", [CallerArgumentExpression(nameof(size))] string sizeName = "") =>
        Positive(size, sizeName) % Positive(parts, partsName) == 0
            ? size
            : throw new ArgumentException($"{sizeName} = {size} does not divide into {partsName} = {parts} equal parts; take a multiple of {parts}, such as {(size / parts + 1) * parts}.", sizeName);

    /// <summary>For a tensor whose shape does not fit.</summary>
    /// <param name="actual">The tensor.</param>
    /// <param name="expected">The shape in letters and numbers: <c>[*, inputs = 5]</c>.</param>
    /// <param name="remedy">What to do, in whole sentences.</param>
    public static ArgumentException Misshapen(Tensor actual, string expected, string remedy, [CallerArgumentExpression(nameof(actual))] string name = "") =>
        new($"{name} must have the shape {expected}, but is {actual.Summary}. {remedy}", name);
}
