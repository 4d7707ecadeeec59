using System.Reflection;
using System.Runtime.CompilerServices;
using Latent.Networks;
using Latent.Torch;

namespace Latent.Tests.Architecture;

/// <summary>A class is made to be inherited from, and then abstract, or not, and then sealed; a method is written once.</summary>
public sealed class TypeTests
{
    private static readonly Assembly[] Libraries = [typeof(Tensor).Assembly, typeof(Linear).Assembly];

    private static IEnumerable<Type> Types => Libraries.SelectMany(a => a.GetTypes()).Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute)) && t.Namespace?.Split('.')[0] == "Latent");

    [Fact]
    public void Everything_is_abstract_or_sealed() =>
        Assert.DoesNotContain(Types, t => !t.IsAbstract && !t.IsSealed);

    [Fact]
    public void Concrete_methods_are_not_overridden()
    {
        var offences =
            from type in Types
            from method in type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            let original = method.GetBaseDefinition()
            where !method.IsDefined(typeof(CompilerGeneratedAttribute)) && original != method && !original.IsAbstract && Libraries.Contains(original.DeclaringType!.Assembly)
            select $"{type}.{method.Name}";
        Assert.Empty(offences);
    }

    [Fact]
    public void Interfaces_alone_begin_with_I() =>
        Assert.DoesNotContain(Types, t => t.IsInterface != (t.Name is ['I', >= 'A' and <= 'Z', ..]));

    [Fact]
    public void Names_say_what_a_thing_is() =>
        Assert.DoesNotContain(Types, t => new[] { "Helper", "Manager", "Utils", "Base", "Abstract" }.Any(w => t.Name.StartsWith(w, StringComparison.Ordinal) || t.Name.EndsWith(w, StringComparison.Ordinal)));
}
