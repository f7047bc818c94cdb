namespace EmailAuth.Benchmarks.Load;

/// <summary>Draws numbers of which the first comes twice as often as the second, three times as often as the third, and so on.</summary>
internal sealed class Zipf
{
    private readonly double[] _sums;
    private readonly Random _random;

    public Zipf(int count, int seed)
    {
        _sums = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            _sums[i] = sum += 1.0 / (i + 1);
        }

        _random = new Random(seed);
    }

    /// <summary>So many draws.</summary>
    public int[] Draw(int draws)
    {
        var numbers = new int[draws];
        for (var i = 0; i < draws; i++)
        {
            var place = Array.BinarySearch(_sums, _random.NextDouble() * _sums[^1]);
            numbers[i] = Math.Min(place < 0 ? ~place : place, _sums.Length - 1);
        }

        return numbers;
    }
}
