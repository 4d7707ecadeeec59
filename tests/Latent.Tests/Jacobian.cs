using Latent.Torch;

namespace Latent.Tests;

/// <summary>All derivatives of a tensor by another.</summary>
internal static class Jacobian
{
    /// <summary>[outputs, inputs]: the derivative of element o of y by element i of x, both counted row-major.</summary>
    public static double[,] Of(Tensor y, Tensor x)
    {
        var jacobian = new double[y.Elements, x.Elements];
        var flat = y.Flatten();
        for (var o = 0; o < jacobian.GetLength(0); o++)
        {
            using var scope = TensorScope.Open();
            var row = Autograd.Grad(flat[o], [x], retainGraph: true)[0].ToArray<double>();
            for (var i = 0; i < row.Length; i++) jacobian[o, i] = row[i];
        }
        return jacobian;
    }
}
