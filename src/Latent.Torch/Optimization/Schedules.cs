namespace Latent.Torch;

/// <summary>The usual schedules. Steps count from 0.</summary>
public static class Schedules
{
    /// <summary>The same value throughout.</summary>
    public static Schedule Constant(double value) => _ => value;

    /// <summary>From one value to another on a straight line over <paramref name="steps"/> steps, then constant.</summary>
    public static Schedule Linear(double from, double to, long steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return step => from + (to - from) * Math.Clamp((double)step / steps, 0, 1);
    }

    /// <summary>From one value to another on half a cosine: to + (from − to)(1 + cos(π t/T))/2, then constant.</summary>
    /// <remarks>Source: Loshchilov and Hutter, SGDR, 2017, equation 5, without restarts.</remarks>
    public static Schedule Cosine(double from, double to, long steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return step => to + (from - to) * (1 + Math.Cos(Math.PI * Math.Clamp((double)step / steps, 0, 1))) / 2;
    }

    /// <summary>value·factor^(step/every), a smooth decay.</summary>
    public static Schedule Exponential(double value, double factor, long every)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        return step => value * Math.Pow(factor, (double)step / every);
    }

    /// <summary>Piecewise constant: the value of the last milestone that has been reached, before the first one <paramref name="initial"/>.</summary>
    /// <exception cref="ArgumentException">The milestones do not ascend.</exception>
    public static Schedule Staircase(double initial, params (long Step, double Value)[] milestones)
    {
        for (var i = 1; i < milestones.Length; i++)
            if (milestones[i].Step <= milestones[i - 1].Step) throw new ArgumentException("Milestones must ascend.", nameof(milestones));
        return step =>
        {
            var value = initial;
            foreach (var milestone in milestones) if (step >= milestone.Step) value = milestone.Value;
            return value;
        };
    }

    /// <summary>Rises from 0 over <paramref name="steps"/> steps by a factor (step + 1)/steps, then follows the schedule, which counts from the same 0.</summary>
    public static Schedule WithWarmUp(this Schedule schedule, long steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return step => schedule(step) * Math.Min(1, (step + 1.0) / steps);
    }
}
