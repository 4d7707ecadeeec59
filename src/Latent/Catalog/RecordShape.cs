using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Latent.Catalog;

/// <summary>The keys of a record: the parameters of its constructor, then the properties that are set on creation, those of what it derives from first.</summary>
internal sealed class RecordShape
{
    private static readonly ConcurrentDictionary<Type, RecordShape> Shapes = [];

    private readonly ConstructorInfo _constructor;

    private RecordShape(Type type)
    {
        _constructor = type.GetConstructors().Where(c => !(c.GetParameters() is [var only] && only.ParameterType == type)).MaxBy(c => c.GetParameters().Length)
            ?? throw new NotSupportedException($"{type} has no public constructor, so that no recipe can hold it.");
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        var parameters = _constructor.GetParameters();
        var nullability = new NullabilityInfoContext();
        var defaults = type.GetConstructor([]) is null ? null : Activator.CreateInstance(type);
        Keys =
        [
            .. parameters.Select(parameter => OfParameter(parameter, Array.Find(properties, p => IsSame(p, parameter))
                ?? throw new NotSupportedException($"{type} has no property for the parameter {parameter.Name} of its constructor, so that it cannot be written."))),
            .. properties.Where(p => p.SetMethod is { IsPublic: true } && !Array.Exists(parameters, parameter => IsSame(p, parameter)))
                .OrderBy(p => Generation(p.DeclaringType!)).ThenBy(p => p.MetadataToken).Select(OfProperty),
        ];

        RecordKey OfParameter(ParameterInfo parameter, PropertyInfo property) =>
            new(Named(property.Name), property, IsNullable(parameter.ParameterType, nullability.Create(parameter)), !parameter.HasDefaultValue, null);

        RecordKey OfProperty(PropertyInfo property) =>
            new(Named(property.Name), property, IsNullable(property.PropertyType, nullability.Create(property)), property.IsDefined(typeof(RequiredMemberAttribute)), defaults is null ? null : property.GetValue(defaults)?.GetType());
    }

    /// <summary>In the order of their declaration.</summary>
    public IReadOnlyList<RecordKey> Keys { get; }

    /// <summary>The shape of a record's type.</summary>
    /// <exception cref="NotSupportedException">The type is no record that recipes can hold.</exception>
    public static RecordShape Of(Type type) => Shapes.GetOrAdd(type, t => new(t));

    /// <summary>As a key or value of a recipe is written: <c>LearningRate</c> becomes <c>learningRate</c>.</summary>
    public static string Named(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    /// <summary>Makes a record; what is not given has its default.</summary>
    /// <param name="values">Values by key, the required ones among them.</param>
    /// <param name="fault">Makes the exception to throw where the record refuses a value, from its argument exception and the key, if one is known.</param>
    public object Create(IReadOnlyDictionary<string, object?> values, Func<ArgumentException, string?, Exception> fault)
    {
        var arguments = Keys.Take(_constructor.GetParameters().Length).Select(key => values.TryGetValue(key.Name, out var value) ? value : Type.Missing).ToArray();
        object record;
        try
        {
            record = _constructor.Invoke(BindingFlags.DoNotWrapExceptions | BindingFlags.OptionalParamBinding, null, arguments, null);
        }
        catch (ArgumentException e)
        {
            throw fault(e, Keys.FirstOrDefault(key => key.Property.Name.Equals(e.ParamName, StringComparison.OrdinalIgnoreCase))?.Name);
        }
        foreach (var key in Keys.Skip(arguments.Length))
        {
            if (!values.TryGetValue(key.Name, out var value)) continue;
            try
            {
                key.Property.SetValue(record, value, BindingFlags.DoNotWrapExceptions, null, null, null);
            }
            catch (ArgumentException e)
            {
                throw fault(e, key.Name);
            }
        }
        return record;
    }

    private static bool IsSame(PropertyInfo property, ParameterInfo parameter) => property.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase);

    private static bool IsNullable(Type type, NullabilityInfo info) => Nullable.GetUnderlyingType(type) is not null || (!type.IsValueType && info.ReadState == NullabilityState.Nullable);

    private static int Generation(Type type) => type.BaseType is { } parent ? 1 + Generation(parent) : 0;
}

/// <summary>A key of a record.</summary>
/// <param name="Name">As recipes write it.</param>
/// <param name="Property">Holds its value.</param>
/// <param name="IsNullable">Whether the value may be null.</param>
/// <param name="IsRequired">Whether it has no default.</param>
/// <param name="DefaultType">The type of its default; null where that is null or not known without the record's other values.</param>
internal sealed record RecordKey(string Name, PropertyInfo Property, bool IsNullable, bool IsRequired, Type? DefaultType)
{
    public Type Type => Property.PropertyType;
}
