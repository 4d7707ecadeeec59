using Latent.Torch;

namespace Latent.Transforms;

/// <summary>Solves f(x) = y for increasing f, element by element, with the gradient of the implicit function.</summary>
internal static class MonotoneInverse
{
    private const int MostSteps = 200; // halving alone needs fewer for any two floating-point numbers of like size

    /// <summary>x and log dx/dy.</summary>
    /// <param name="f">y and log dy/dx of x [*].</param>
    /// <param name="y">[*], or what broadcasts to it.</param>
    /// <param name="low">[*], with f(low) ≤ y.</param>
    /// <param name="high">[*], with f(high) ≥ y.</param>
    public static (Tensor X, Tensor LogDet) Of(Func<Tensor, (Tensor Y, Tensor LogSlope)> f, Tensor y, Tensor low, Tensor high)
    {
        var root = Solve(f, y, low, high);
        // One more step of Newton's, in which the root is a constant: it moves x by rounding only, but its gradient is dx = (dy − df)/f'.
        var (value, logSlope) = f(root);
        var x = root - (value - y) * (-logSlope.Detach()).Exp();
        return (x, -f(x).LogSlope);
    }

    private static Tensor Solve(Func<Tensor, (Tensor Y, Tensor LogSlope)> f, Tensor y, Tensor low, Tensor high)
    {
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var tolerance = 4 * Unit(y.ElementType);
        var x = (low + high) / 2;
        var lastMove = high - low;
        var isSettled = x.IsNaN();
        for (var step = 0; step < MostSteps && !isSettled.All().IsNonZero(); step++)
        {
            using var inner = TensorScope.Open();
            var (value, logSlope) = f(x);
            var isBelow = value < y;
            (low, high) = (inner.Return(Tensor.Where(isBelow, x, low)), inner.Return(Tensor.Where(isBelow, high, x)));
            var newton = x + (y - value) * (-logSlope).Exp();
            // Newton's step counts if it stays in the bracket and at least halves the one before; each element goes its own way.
            var isGood = (newton >= low).LogicalAnd(newton <= high).LogicalAnd((newton - x).Abs() * 2 <= lastMove);
            var next = Tensor.Where(isGood, newton, (low + high) / 2);
            lastMove = inner.Return((next - x).Abs());
            var stays = isSettled;
            isSettled = inner.Return(isSettled.LogicalOr((lastMove > x.Abs().ClampMin(1) * tolerance).LogicalNot())); // a NaN has settled
            x = inner.Return(Tensor.Where(stays, x, next));
        }
        return scope.Return(x);
    }

    /// <summary>The distance from 1 to the next number of a type.</summary>
    private static double Unit(ElementType type) => type switch
    {
        ElementType.Float64 => 2.220446049250313e-16,
        ElementType.Float32 => 1.1920928955078125e-7,
        ElementType.Float16 => 9.765625e-4,
        _ => 7.8125e-3, // BFloat16
    };
}
