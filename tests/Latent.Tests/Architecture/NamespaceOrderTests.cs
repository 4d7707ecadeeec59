using Latent.Networks;
using Latent.Torch;

namespace Latent.Tests.Architecture;

/// <summary>Inside the assembly Latent, code knows what stands to the left of it and nothing to the right.</summary>
public sealed class NamespaceOrderTests
{
    private static readonly string[] Order =
        ["Data", "Distributions", "Divergences", "Transforms", "Networks", "Conditionals", "Models", "Objectives", "Information", "Training", "Evaluation", "Catalog"];

    /// <summary>Where tensors live as long as their caller says, so that none may be freed or kept.</summary>
    private static readonly string[] WithoutScopes = ["Networks", "Conditionals", "Models", "Objectives"];

    private static IEnumerable<Type> Types => typeof(Linear).Assembly.GetTypes().Where(t => t.Namespace?.Split('.')[0] == "Latent");

    /// <summary>The second part of the namespace; empty for what all may use.</summary>
    private static string Area(Type type) => type.Namespace!.Split('.') is [_, var area, ..] ? area : "";

    [Fact]
    public void Every_namespace_has_its_place() =>
        Assert.Empty(Types.Select(Area).Distinct().Except([.. Order, ""]));

    [Fact]
    public void References_point_to_the_left()
    {
        var offences =
            from type in Types
            from other in TypeReferences.Of(type)
            where other.Assembly == type.Assembly && other.Namespace is not null && Array.IndexOf(Order, Area(other)) > Array.IndexOf(Order, Area(type))
            select $"{type} refers to {other}";
        Assert.Empty(offences);
    }

    [Fact]
    public void Models_open_no_scopes() =>
        Assert.DoesNotContain(Types, t => WithoutScopes.Contains(Area(t)) && TypeReferences.Of(t).Contains(typeof(TensorScope)));

    [Fact]
    public void References_are_found_in_signatures_and_in_code()
    {
        var found = TypeReferences.Of(typeof(Conv2d));
        Assert.Contains(typeof(Size2d), found);
        Assert.Contains(typeof(Tensor), found);
        Assert.Contains(typeof(Initializers), found); // called, nowhere declared
        Assert.DoesNotContain(typeof(TensorScope), found);
        Assert.Contains(typeof(TensorScope), TypeReferences.Of(typeof(NamespaceOrderTests)));
    }
}
