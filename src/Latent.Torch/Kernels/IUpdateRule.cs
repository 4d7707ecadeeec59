using System.Runtime.Intrinsics;

namespace Latent.Torch.Kernels;

/// <summary>An optimizer's formula for one vector of parameters, as a type argument of <see cref="FlatUpdate"/>.</summary>
internal interface IUpdateRule<T> where T : unmanaged
{
    /// <summary>Updates the optimizer's own state at the given elements and returns the new parameters.</summary>
    /// <param name="index">The first element in the flat buffer.</param>
    /// <param name="count">Elements from there on that may be touched; at least a vector's or the valid lanes.</param>
    /// <param name="parameter">The parameters.</param>
    /// <param name="gradient">Their gradients, summed over replicas and scaled.</param>
    Vector512<T> Update(long index, nint count, Vector512<T> parameter, Vector512<T> gradient);
}
