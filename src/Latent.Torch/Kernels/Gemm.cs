namespace Latent.Torch.Kernels;

/// <summary>
/// Dense matrix products C ← α op(A) op(B) + β C of row-major <see cref="float"/> or <see cref="double"/> matrices in memory,
/// through the best library present.
/// </summary>
/// <remarks>
/// <para>The libraries are taken in a fixed order: oneDNN (single precision only), a BLAS with the C interface, then our own
/// code. The order is fixed rather than measured so that every run on one machine adds in the same order. The environment
/// variable <c>LATENT_GEMM</c>, one of <c>onednn</c>, <c>blas</c> and <c>managed</c>, starts at a later one.</para>
/// <para>The native libraries use as many threads as the calling thread's OpenMP setting says, see <see cref="OpenMp"/>; our
/// own code uses one.</para>
/// </remarks>
internal static unsafe class Gemm<T> where T : unmanaged
{
    private const string Variable = "LATENT_GEMM";
    private static readonly string[] s_kinds = ["onednn", "blas", "managed"];
    private static GemmBackend<T>? s_chosen;

    /// <summary>The library in use, for reports.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double, or <c>LATENT_GEMM</c> names nothing known.</exception>
    public static string Library => Chosen.Name;

    // Threads that race here find the same.
    private static GemmBackend<T> Chosen => s_chosen ??= Available(Environment.GetEnvironmentVariable(Variable)).First();

    /// <summary>C ← α op(A) op(B) + β C. With β = 0, what C held is not read. C must not overlap A or B.</summary>
    /// <param name="transposeA">Whether op(A) is Aᵀ: then A is stored as [k, m], otherwise as [m, k].</param>
    /// <param name="transposeB">Whether op(B) is Bᵀ: then B is stored as [n, k], otherwise as [k, n].</param>
    /// <param name="m">Rows of op(A) and C.</param>
    /// <param name="n">Columns of op(B) and C.</param>
    /// <param name="k">Columns of op(A), rows of op(B).</param>
    /// <param name="alpha">The factor α.</param>
    /// <param name="a">A's first element.</param>
    /// <param name="lda">Elements from one stored row of A to the next.</param>
    /// <param name="b">B's first element.</param>
    /// <param name="ldb">Elements from one stored row of B to the next.</param>
    /// <param name="beta">The factor β.</param>
    /// <param name="c">C's first element.</param>
    /// <param name="ldc">Elements from one row of C to the next.</param>
    public static void Multiply(bool transposeA, bool transposeB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc) =>
        Chosen.Multiply(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);

    /// <summary>What can be used here, the preferred one first, starting at <paramref name="first"/> (null: at the beginning).</summary>
    internal static IEnumerable<GemmBackend<T>> Available(string? first)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new NotSupportedException($"Matrix products exist for float and double, not for {typeof(T)}; convert the matrices first.");
        var start = string.IsNullOrEmpty(first) ? 0 : Array.IndexOf(s_kinds, first);
        if (start < 0)
            throw new NotSupportedException($"{Variable} is '{first}'; it must be one of {string.Join(", ", s_kinds)}, or unset for the first that is present.");

        if (start <= 0 && OneDnnGemm.TryLoad() is GemmBackend<T> oneDnn) yield return oneDnn;
        if (start <= 1 && BlasGemm<T>.TryLoad() is { } blas) yield return blas;
        yield return ManagedGemm<T>.Shared;
    }
}
