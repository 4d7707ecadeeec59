namespace Latent.Torch;

public sealed partial class Tensor
{
    /// <summary>Element by element, with broadcasting.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => a.Add(b);

    /// <summary>Adds a number to each element.</summary>
    public static Tensor operator +(Tensor a, Scalar b) => a.Add(b);

    /// <summary>Adds a number to each element.</summary>
    public static Tensor operator +(Scalar a, Tensor b) => b.Add(a);

    /// <summary>Element by element, with broadcasting.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => a.Sub(b);

    /// <summary>Subtracts a number from each element.</summary>
    public static Tensor operator -(Tensor a, Scalar b) => a.Sub(b);

    /// <summary>A number minus each element.</summary>
    public static Tensor operator -(Scalar a, Tensor b) => b.Rsub(a);

    /// <summary>The negative of each element.</summary>
    public static Tensor operator -(Tensor a) => a.Neg();

    /// <summary>Element by element, with broadcasting.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => a.Mul(b);

    /// <summary>Multiplies each element by a number.</summary>
    public static Tensor operator *(Tensor a, Scalar b) => a.Mul(b);

    /// <summary>Multiplies each element by a number.</summary>
    public static Tensor operator *(Scalar a, Tensor b) => b.Mul(a);

    /// <summary>Element by element, with broadcasting; integers give real numbers.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => a.Div(b);

    /// <summary>Divides each element by a number; integers give real numbers.</summary>
    public static Tensor operator /(Tensor a, Scalar b) => a.Div(b);

    /// <summary>A number divided by each element.</summary>
    public static Tensor operator /(Scalar a, Tensor b) => b.Reciprocal().Mul(a);

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
