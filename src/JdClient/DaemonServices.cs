using System.Security.Cryptography;
using JdClient.Blocks;
using JdClient.Blocks.JsonRpc;
using JdClient.ChannelManager;
using JdClient.Cli;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Downstream;
using JdClient.JobDeclarator;
using JdClient.Logging;
using JdClient.Monitoring;
using JdClient.Monitoring.Metrics;
using JdClient.Monitoring.Telemetry;
using JdClient.Reload;
using JdClient.Statistics;
using JdClient.Status;
using JdClient.TaskManager;
using JdClient.TemplateReceiver;
using JdClient.TemplateReceiver.BitcoinCoreIpc;
using JdClient.TemplateReceiver.Sv2Tp;
using JdClient.Upstream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JdClient;

/// <summary>Who is made of what. The only place that knows all parts.</summary>
internal static class DaemonServices
{
    internal static void Add(IServiceCollection services, JdcConfiguration configuration, JdClientHostOptions options)
    {
        services.AddSingleton(configuration);
        services.AddSingleton(options.TimeProvider);
        services.AddSingleton<DaemonStatus>();
        services.AddSingleton<CoreReportFeed>();
        services.AddSingleton<ActorProgress>();
        services.AddSingleton(provider => new StatusService(
            configuration,
            provider.GetRequiredService<DaemonStatus>(),
            provider.GetRequiredService<ActorProgress>(),
            options.TimeProvider,
            provider.GetRequiredService<ILogger<StatusService>>()));
        services.AddSingleton<StatisticsBook>();
        services.AddSingleton(provider => new StatisticsFile(
            configuration.DataDirectory,
            provider.GetRequiredService<StatisticsBook>(),
            options.TimeProvider,
            provider.GetRequiredService<ILogger<StatisticsFile>>()));
        services.AddSingleton(_ => new SystemdNotify(options.Systemd));
        services.AddSingleton<Watchdog>();
        services.AddSingleton<FlowHistory>();
        services.AddSingleton<MonitoringSources>();
        services.AddSingleton<MinerTelemetrySearch>();
        services.AddSingleton<DaemonMetrics>();
        services.AddSingleton(provider => new WriteObserver(provider.GetRequiredService<DaemonMetrics>().Written));
        services.AddSingleton<MonitoringServer>();
        services.AddSingleton<TaskSupervisor>();
        services.AddSingleton<SessionTable>();
        services.AddSingleton<EndReasons>();
        services.AddSingleton(new LineLimiter(configuration.Limits, options.TimeProvider));
        services.AddSingleton<IPeerNames, PeerNames>();
        services.AddSingleton(new EventInbox(configuration.Limits.Inbox, options.TimeProvider));
        services.AddSingleton<IEventSink>(provider => provider.GetRequiredService<EventInbox>());
        services.AddSingleton<ReportLog>();
        services.AddSingleton<ReloadableUpstreams>();
        services.AddSingleton<PoolLinkRunner>();
        services.AddSingleton<JobDeclaratorLinkRunner>();
        services.AddSingleton<Sv2TemplateReceiver>();
        services.AddSingleton<IpcTemplateReceiver>();
        services.AddSingleton<TemplateReceiverByProvider>();
        services.AddSingleton(provider => new LinkManager(
            new Dictionary<LinkRole, ILinkRunner>
            {
                [LinkRole.Pool] = provider.GetRequiredService<PoolLinkRunner>(),
                [LinkRole.JobDeclarator] = provider.GetRequiredService<JobDeclaratorLinkRunner>(),
                [LinkRole.TemplateProvider] = provider.GetRequiredService<TemplateReceiverByProvider>(),
            },
            provider.GetRequiredService<IPeerNames>(),
            provider.GetRequiredService<IEventSink>(),
            provider.GetRequiredService<TaskSupervisor>(),
            provider.GetRequiredService<ILogger<LinkManager>>()));
        services.AddSingleton(provider => new BlockJournal(
            configuration.DataDirectory,
            configuration.BlockJournal,
            provider.GetRequiredService<IPeerNames>(),
            configuration.TemplateProviders.Length,
            options.TimeProvider,
            provider.GetRequiredService<ILogger<BlockJournal>>()));
        services.AddSingleton(provider => new CountedBlockAnswers(provider.GetRequiredService<BlockJournal>()));
        services.AddSingleton<IBlockAnswers>(provider => provider.GetRequiredService<CountedBlockAnswers>());
        BitcoinNetwork[] networks =
            [.. configuration.TemplateProviders.OfType<TemplateProviderConfiguration.BitcoinCoreIpc>().Select(node => node.Network)];
        foreach (BlockSubmitConfiguration target in configuration.BlockSubmit)
        {
            services.AddSingleton<IBlockTarget>(provider => new RpcTarget(
                target, networks, options.TimeProvider, provider.GetRequiredService<ILogger<BlockPublisher>>()));
        }

        for (int i = 0; i < configuration.TemplateProviders.Length; i++)
        {
            if (configuration.TemplateProviders[i] is TemplateProviderConfiguration.BitcoinCoreIpc)
                services.AddSingleton<IBlockTarget>(new NodeBlockTarget(i, configuration.TemplateProviders[i].Name));
        }

        services.AddSingleton<BlockPublisher>();
        services.AddSingleton<AcknowledgementGate>();
        services.AddSingleton<ActorEffects>();
        ulong seed = options.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        services.AddSingleton(provider => new Core.ChannelManager(
            CoreOptionsFactory.Create(configuration, provider.GetRequiredService<ReloadableUpstreams>().Options), seed));
        services.AddSingleton<ChannelManagerActor>();
        services.AddSingleton<DownstreamListener>();
        if (options.Reload is { } reload)
        {
            services.AddSingleton(reload);
            services.AddSingleton<ConfigurationReload>();
        }

        services.AddHostedService<DaemonService>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = JdClientHost.StopTimeout);
        if (options.HandleSignals)
            services.AddSingleton<IHostLifetime, SignalLifetime>();
        else
            services.AddSingleton<IHostLifetime, NoSignals>();
    }

    /// <summary>A host inside another process: its owner starts and stops it.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
