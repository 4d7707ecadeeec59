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

    /// <summary>
    /// Cycles of <paramref name="period"/> steps, each a straight line from one value to another over its first
    /// <paramref name="rise"/>, then constant.
    /// </summary>
    /// <remarks>Source: Fu et al. 2019, Cyclical annealing schedule, equation 6.</remarks>
    public static Schedule Cyclic(double from, double to, long period, double rise = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        if (!(rise is > 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(rise), rise, "The rise is a fraction of the period in (0, 1].");
        return step => from + (to - from) * Math.Min(1, step % period / (rise * period));
    }

    /// <summary>From one value to another as a logistic function, half-way at step T/2: from + (to − from) σ(12 t/T − 6) up to step T, then constant.</summary>
    /// <remarks>Source: Bowman et al. 2016, Generating sentences from a continuous space, section 3.1. Deviation: shifted and scaled so that it begins and ends exactly at its values.</remarks>
    public static Schedule Sigmoid(double from, double to, long steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var edge = Logistic(-6);
        return step => from + (to - from) * (Logistic(12 * Math.Clamp((double)step / steps, 0, 1) - 6) - edge) / (1 - 2 * edge);

        static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
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
