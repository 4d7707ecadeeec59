using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Torch.Kernels;

/// <summary>Stochastic gradient descent with momentum, as PyTorch has it: g ← g + λ p; u ← μ u + g; p ← p − η u.</summary>
internal readonly unsafe struct SgdRule<T> : IUpdateRule<T> where T : unmanaged
{
    private readonly T* _velocity;
    private readonly Vector512<T> _negativeRate, _momentum, _decay;

    /// <summary>The rule.</summary>
    /// <param name="velocity">u, as long as the flat buffer, zero before the first step; null for no momentum.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="momentum">μ.</param>
    /// <param name="weightDecay">λ.</param>
    public SgdRule(T* velocity, double learningRate, double momentum, double weightDecay)
    {
        _velocity = velocity;
        _negativeRate = Constant<T>(-learningRate);
        _momentum = Constant<T>(momentum);
        _decay = Constant<T>(weightDecay);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Update(long index, nint count, Vector512<T> parameter, Vector512<T> gradient)
    {
        var u = MultiplyAdd(_decay, parameter, gradient);
        if (_velocity != null)
        {
            u = MultiplyAdd(_momentum, Load(_velocity + index, count), u);
            Store(u, _velocity + index, count);
        }
        return MultiplyAdd(_negativeRate, u, parameter);
    }
}
