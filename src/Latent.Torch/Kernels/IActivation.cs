using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Torch.Kernels;

/// <summary>The formulas of one <see cref="Activation"/>, as a type argument so that loops over them contain no call.</summary>
internal interface IActivation
{
    /// <summary>Whether the slope is computed from the input x, which is then kept; otherwise from the output y = f(x), which is kept anyway.</summary>
    static abstract bool SlopeNeedsInput { get; }

    /// <summary>f(x).</summary>
    static abstract Vector512<T> Value<T>(Vector512<T> x) where T : unmanaged;

    /// <summary>g · f'(x), from x or from y as <see cref="SlopeNeedsInput"/> says.</summary>
    static abstract Vector512<T> TimesSlope<T>(Vector512<T> g, Vector512<T> kept) where T : unmanaged;
}

/// <inheritdoc cref="Activation.Identity"/>
internal readonly struct Identity : IActivation
{
    public static bool SlopeNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> x) where T : unmanaged => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> TimesSlope<T>(Vector512<T> g, Vector512<T> kept) where T : unmanaged => g;
}

/// <inheritdoc cref="Activation.Relu"/>
internal readonly struct Relu : IActivation
{
    public static bool SlopeNeedsInput => false;

    // A NaN must pass, so the comparison asks for what is known to be non-positive.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> x) where T : unmanaged =>
        Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x, Vector512<T>.Zero), Vector512<T>.Zero, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> TimesSlope<T>(Vector512<T> g, Vector512<T> kept) where T : unmanaged =>
        Vector512.ConditionalSelect(Vector512.LessThanOrEqual(kept, Vector512<T>.Zero), Vector512<T>.Zero, g);
}

/// <inheritdoc cref="Activation.LeakyRelu"/>
internal readonly struct LeakyRelu : IActivation
{
    private const double NegativeSlope = 0.01;

    public static bool SlopeNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> x) where T : unmanaged => TimesSlope(x, x);

    // x and y have the same sign.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> TimesSlope<T>(Vector512<T> g, Vector512<T> kept) where T : unmanaged =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(kept, Vector512<T>.Zero), g, g * Constant<T>(NegativeSlope));
}

/// <inheritdoc cref="Activation.Elu"/>
internal readonly struct Elu : IActivation
{
    // For x ≤ 0 the slope is e^x = y + 1, but that sum loses all digits where x is far below zero.
    public static bool SlopeNeedsInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> x) where T : unmanaged =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<T>.Zero), x, ExpMinus1NonPositive(x));

    // The exponential takes positive arguments as zero, and so gives 1 there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> TimesSlope<T>(Vector512<T> g, Vector512<T> kept) where T : unmanaged => g * ExpNonPositive(kept);
}

/// <inheritdoc cref="Activation.Softplus"/>
internal readonly struct Softplus : IActivation
{
    // 1 − e^−y loses all digits of the slope where x is far below zero.
    public static bool SlopeNeedsInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> x) where T : unmanaged => VectorMath.Softplus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> TimesSlope<T>(Vector512<T> g, Vector512<T> kept) where T : unmanaged => g * VectorMath.Sigmoid(kept);
}

/// <inheritdoc cref="Activation.Silu"/>
internal readonly struct Silu : IActivation
{
    // y has a minimum, so it does not determine x.
    public static bool SlopeNeedsInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> x) where T : unmanaged => x * VectorMath.Sigmoid(x);

    // f' = σ(x) (1 + x σ(−x)), where σ(−x) = 1 − σ(x) is accurate enough beside 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> TimesSlope<T>(Vector512<T> g, Vector512<T> kept) where T : unmanaged
    {
        var sigmoid = VectorMath.Sigmoid(kept);
        return g * sigmoid * MultiplyAdd(kept, Constant<T>(1) - sigmoid, Constant<T>(1));
    }
}

/// <inheritdoc cref="Activation.Sigmoid"/>
internal readonly struct Sigmoid : IActivation
{
    public static bool SlopeNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> x) where T : unmanaged => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> TimesSlope<T>(Vector512<T> g, Vector512<T> kept) where T : unmanaged => g * kept * (Constant<T>(1) - kept);
}

/// <inheritdoc cref="Activation.Tanh"/>
internal readonly struct Tanh : IActivation
{
    public static bool SlopeNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> x) where T : unmanaged => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> TimesSlope<T>(Vector512<T> g, Vector512<T> kept) where T : unmanaged => g * (Constant<T>(1) - kept) * (Constant<T>(1) + kept);
}
