using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>One entry of libtorch's dispatcher, found by name at its first call.</summary>
internal sealed unsafe class Operator
{
    private static readonly List<Operator> Known = [];

    private readonly string name;
    private readonly string overload;
    private readonly ushort id;
    private nint handle;

    public Operator(string name, string overload, string schema)
    {
        (this.name, this.overload, Schema) = (name, overload, schema);
        lock (Known)
        {
            Known.Add(this);
            id = checked((ushort)Known.Count);
        }
    }

    /// <summary>The schema it was written against.</summary>
    public string Schema { get; }

    /// <summary>Name and overload as ATen writes them: <c>aten::add.Tensor</c>.</summary>
    public string FullName => overload.Length == 0 ? name : $"{name}.{overload}";

    /// <summary>The name of the operator a tensor came from; 0 stands for memory that did not come from one.</summary>
    public static string NameOf(ushort id)
    {
        if (id == 0) return "given values";
        lock (Known) return Known[id - 1].FullName;
    }

    /// <summary>The schema of the running libtorch; null if it has no such operator.</summary>
    public string? RunningSchema()
    {
        if (!TryFind(out var found)) return null;
        var text = stackalloc byte[4096];
        NativeMethods.Check(NativeMethods.lt_schema(found, text, 4096), FullName);
        return Marshal.PtrToStringUTF8((nint)text);
    }

    private bool TryFind(out nint found)
    {
        nint result;
        fixed (byte* n = Encoding.UTF8.GetBytes(name + '\0'), o = Encoding.UTF8.GetBytes(overload + '\0'))
            NativeMethods.Check(NativeMethods.lt_find_operator(n, o, &result), FullName);
        found = result;
        return found != 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private nint Find()
    {
        if (!TryFind(out var found))
            throw new TorchException($"The running libtorch {Libtorch.RunningVersion} has no operator {FullName} (schema: {Schema}). Use a libtorch that has it; `latent doctor` shows which one was found.");
        return handle = found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Call(NativeValue* arguments, int count, NativeValue* results, int capacity)
    {
        var found = handle != 0 ? handle : Find();
        var n = NativeMethods.lt_call(found, arguments, count, results, capacity);
        if (n < 0) Fail(arguments, count);
        if (OperatorWatch.IsOn) OperatorWatch.Current?.Look(this, arguments, count, results, n);
        return n;
    }

    private void Fail(NativeValue* arguments, int count)
    {
        var reason = NativeMethods.LastError;
        var text = new StringBuilder($"{FullName}: {reason.TrimEnd()}\n  schema: {Schema}\n");
        var names = OperatorSchema.ArgumentNames(Schema);
        for (var i = 0; i < count; i++) text.Append($"  {(i < names.Count ? names[i] : $"argument {i}")}: {arguments[i]}\n");
        throw new TorchException(text.ToString().TrimEnd());
    }

    public Tensor CallTensor(NativeValue* arguments, int count)
    {
        NativeValue result;
        Call(arguments, count, &result, 1);
        return Arena.Current.Add((nint)result.Pointer, id);
    }

    public (Tensor, Tensor) CallTensors2(NativeValue* arguments, int count)
    {
        Arena.Current.RequireScope(FullName);
        var r = stackalloc NativeValue[2];
        Call(arguments, count, r, 2);
        return (Take(r[0]), Take(r[1]));
    }

    public (Tensor, Tensor, Tensor) CallTensors3(NativeValue* arguments, int count)
    {
        Arena.Current.RequireScope(FullName);
        var r = stackalloc NativeValue[3];
        Call(arguments, count, r, 3);
        return (Take(r[0]), Take(r[1]), Take(r[2]));
    }

    public (Tensor, Tensor, Tensor, Tensor) CallTensors4(NativeValue* arguments, int count)
    {
        Arena.Current.RequireScope(FullName);
        var r = stackalloc NativeValue[4];
        Call(arguments, count, r, 4);
        return (Take(r[0]), Take(r[1]), Take(r[2]), Take(r[3]));
    }

    public (Tensor, Tensor, Tensor, Tensor, Tensor) CallTensors5(NativeValue* arguments, int count)
    {
        Arena.Current.RequireScope(FullName);
        var r = stackalloc NativeValue[5];
        Call(arguments, count, r, 5);
        return (Take(r[0]), Take(r[1]), Take(r[2]), Take(r[3]), Take(r[4]));
    }

    private Tensor Take(NativeValue value) => Arena.Current.Add((nint)value.Pointer, id);

    public Tensor[] CallTensorList(NativeValue* arguments, int count)
    {
        Arena.Current.RequireScope(FullName);
        NativeValue result;
        Call(arguments, count, &result, 1);
        var list = new Tensor[result.Length];
        var arena = Arena.Current;
        for (var i = 0; i < list.Length; i++) list[i] = arena.Add(((nint*)result.Pointer)[i], id);
        return list;
    }

    public double CallDouble(NativeValue* arguments, int count) => CallScalar(arguments, count).ToDouble();

    public long CallLong(NativeValue* arguments, int count) => CallScalar(arguments, count).ToInt64();

    public bool CallBool(NativeValue* arguments, int count) => CallScalar(arguments, count).ToInt64() != 0;

    public Scalar CallScalar(NativeValue* arguments, int count)
    {
        NativeValue result;
        Call(arguments, count, &result, 1);
        return result.Tag switch
        {
            NativeValue.Kind.Double => result.Real,
            NativeValue.Kind.Bool => result.Integer != 0,
            _ => result.Integer,
        };
    }

    public void CallVoid(NativeValue* arguments, int count)
    {
        NativeValue result;
        Call(arguments, count, &result, 1);
    }

    /// <summary>For operators that write into their first argument and return it.</summary>
    public void CallInPlace(NativeValue* arguments, int count)
    {
        NativeValue result;
        Call(arguments, count, &result, 1);
        var same = (nint)result.Pointer;
        NativeMethods.lt_free(&same, 1, null);
    }
}
