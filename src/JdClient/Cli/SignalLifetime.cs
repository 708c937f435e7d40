using System.Runtime.InteropServices;
using JdClient.Reload;
using Microsoft.Extensions.Hosting;

namespace JdClient.Cli;

/// <summary>
/// SIGINT and SIGTERM stop the host; a second one, or a stop that takes too long, ends the process at once with
/// <see cref="ExitCode.ForcedStop"/>.
/// </summary>
internal sealed class SignalLifetime(
    IHostApplicationLifetime application, TimeProvider time, ConfigurationReload? reload = null) : IHostLifetime, IDisposable
{
    /// <summary>The host's own timeout and what its services need for a last line.</summary>
    private static readonly TimeSpan ForceAfter = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Signals this close together are one wish: terminal, shell and process manager often pass the same one on.
    /// </summary>
    private static readonly TimeSpan SameWish = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly List<IDisposable> _registrations = [];
    private ITimer? _force;
    private long? _firstSignal;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangup));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable registration in _registrations)
            registration.Dispose();
        _force?.Dispose();
    }

    // Without a reload it is ignored all the same: a closed terminal must not end a daemon without a farewell.
    private void OnHangup(PosixSignalContext context)
    {
        context.Cancel = true;
        reload?.Request();
    }

    private static void Force() => Environment.Exit((int)ExitCode.ForcedStop);

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_lock)
        {
            if (_firstSignal is { } first)
            {
                if (time.GetElapsedTime(first) > SameWish)
                    Force();
                return;
            }

            _firstSignal = time.GetTimestamp();
            _force = time.CreateTimer(_ => Force(), null, ForceAfter, Timeout.InfiniteTimeSpan);
        }

        application.StopApplication();
    }
}
