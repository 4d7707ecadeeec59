using Latent.Torch.Native;

namespace Latent.Torch;

public sealed unsafe partial class Tensor
{
    // A number goes where the operator takes a tensor: libtorch's own overloads for numbers make a new tensor of it at
    // each call, forward and backward, which costs more than the arithmetic.
    private static Tensor With(Operator binary, Tensor a, Scalar b)
    {
        var stack = stackalloc NativeValue[2];
        stack[0] = NativeValue.Of(a);
        stack[1] = NativeValue.OfOperand(b);
        return binary.CallTensor(stack, 2);
    }

    private static Tensor WithScaled(Operator binary, Tensor a, Scalar b)
    {
        var stack = stackalloc NativeValue[3];
        stack[0] = NativeValue.Of(a);
        stack[1] = NativeValue.OfOperand(b);
        stack[2] = NativeValue.Of(1L);
        return binary.CallTensor(stack, 3);
    }

    /// <summary>Element by element, with broadcasting.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => a.Add(b);

    /// <summary>Adds a number to each element.</summary>
    public static Tensor operator +(Tensor a, Scalar b) => WithScaled(Schemas.add_Tensor, a, b);

    /// <summary>Adds a number to each element.</summary>
    public static Tensor operator +(Scalar a, Tensor b) => b + a;

    /// <summary>Element by element, with broadcasting.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => a.Sub(b);

    /// <summary>Subtracts a number from each element.</summary>
    public static Tensor operator -(Tensor a, Scalar b) => WithScaled(Schemas.sub_Tensor, a, b);

    /// <summary>A number minus each element.</summary>
    public static Tensor operator -(Scalar a, Tensor b) => b.Rsub(a);

    /// <summary>The negative of each element.</summary>
    public static Tensor operator -(Tensor a) => a.Neg();

    /// <summary>Element by element, with broadcasting.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => a.Mul(b);

    /// <summary>Multiplies each element by a number.</summary>
    public static Tensor operator *(Tensor a, Scalar b) => With(Schemas.mul_Tensor, a, b);

    /// <summary>Multiplies each element by a number.</summary>
    public static Tensor operator *(Scalar a, Tensor b) => b * a;

    /// <summary>Element by element, with broadcasting; integers give real numbers.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => a.Div(b);

    /// <summary>Divides each element by a number; integers give real numbers.</summary>
    public static Tensor operator /(Tensor a, Scalar b) => With(Schemas.div_Tensor, a, b);

    /// <summary>A number divided by each element.</summary>
    public static Tensor operator /(Scalar a, Tensor b) => b.Reciprocal() * a;

    /// <summary>Element by element, to truth values.</summary>
    public static Tensor operator >(Tensor a, Tensor b) => a.Gt(b);

    /// <summary>Element by element, to truth values.</summary>
    public static Tensor operator <(Tensor a, Tensor b) => a.Lt(b);

    /// <summary>Element by element, to truth values.</summary>
    public static Tensor operator >=(Tensor a, Tensor b) => a.Ge(b);

    /// <summary>Element by element, to truth values.</summary>
    public static Tensor operator <=(Tensor a, Tensor b) => a.Le(b);

    /// <summary>Each element against a number, to truth values.</summary>
    public static Tensor operator >(Tensor a, Scalar b) => a.Gt(b);

    /// <summary>Each element against a number, to truth values.</summary>
    public static Tensor operator <(Tensor a, Scalar b) => a.Lt(b);

    /// <summary>Each element against a number, to truth values.</summary>
    public static Tensor operator >=(Tensor a, Scalar b) => a.Ge(b);

    /// <summary>Each element against a number, to truth values.</summary>
    public static Tensor operator <=(Tensor a, Scalar b) => a.Le(b);
}
