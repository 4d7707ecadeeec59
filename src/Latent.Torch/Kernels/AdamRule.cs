using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Torch.Kernels;

/// <summary>
/// Adam: m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; p ← p − η (m / (1 − β₁ᵗ)) / (√v / √(1 − β₂ᵗ) + ε).
/// </summary>
/// <remarks>
/// Source: Kingma and Ba, Adam (2015), algorithm 1, with ε where PyTorch has it. Weight decay λ is either coupled,
/// g ← g + λ p (PyTorch's Adam), or decoupled, p ← p − η λ p (Loshchilov and Hutter, AdamW, 2019).
/// </remarks>
internal readonly unsafe struct AdamRule<T> : IUpdateRule<T> where T : unmanaged
{
    private readonly T* _firstMoment, _secondMoment;
    private readonly Vector512<T> _beta1, _rest1, _beta2, _rest2, _correction2, _epsilon, _negativeRate, _decay, _shrink;

    /// <summary>The rule at one step.</summary>
    /// <param name="firstMoment">m, as long as the flat buffer; zero before the first step.</param>
    /// <param name="secondMoment">v, as long as the flat buffer; zero before the first step.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="beta1">β₁.</param>
    /// <param name="beta2">β₂.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="weightDecay">λ.</param>
    /// <param name="decoupled">Whether the decay is decoupled.</param>
    /// <param name="step">t, from 1 on.</param>
    public AdamRule(T* firstMoment, T* secondMoment, double learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool decoupled, long step)
    {
        _firstMoment = firstMoment;
        _secondMoment = secondMoment;
        _beta1 = Constant<T>(beta1);
        _rest1 = Constant<T>(1 - beta1);
        _beta2 = Constant<T>(beta2);
        _rest2 = Constant<T>(1 - beta2);
        _correction2 = Constant<T>(1 / Math.Sqrt(1 - Math.Pow(beta2, step)));
        _epsilon = Constant<T>(epsilon);
        _negativeRate = Constant<T>(-learningRate / (1 - Math.Pow(beta1, step)));
        _decay = Constant<T>(decoupled ? 0 : weightDecay);
        _shrink = Constant<T>(decoupled ? 1 - learningRate * weightDecay : 1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Update(long index, nint count, Vector512<T> parameter, Vector512<T> gradient)
    {
        gradient = MultiplyAdd(_decay, parameter, gradient);
        var m = MultiplyAdd(_rest1, gradient, _beta1 * Load(_firstMoment + index, count));
        var v = MultiplyAdd(_rest2 * gradient, gradient, _beta2 * Load(_secondMoment + index, count));
        Store(m, _firstMoment + index, count);
        Store(v, _secondMoment + index, count);
        return MultiplyAdd(_negativeRate, m / MultiplyAdd(Vector512.Sqrt(v), _correction2, _epsilon), _shrink * parameter);
    }
}
