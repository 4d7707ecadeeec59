namespace Latent.Torch.Tests;

/// <summary>A fact to check with Python; skipped, by name, where no python3 has the module it needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresPythonFactAttribute : FactAttribute
{
    /// <summary>Requires a module, such as <c>numpy</c> or <c>torch</c>.</summary>
    public RequiresPythonFactAttribute(string module)
    {
        Module = module;
        if (Python.With(module) is null) Skip = $"needs a python3 that can import {module} (Debian: apt-get install python3-{module})";
    }

    /// <summary>The module.</summary>
    public string Module { get; }
}
