// utils/websocketManager.js
import AsyncStorage from '@react-native-async-storage/async-storage';

class WebSocketManager {
  constructor() {
    this.socket = null;
    this.messageHandlers = [];
    this.typingHandlers = [];
    this.readHandlers = [];
    this.connectionHandlers = [];
    this.errorHandlers = [];
    this.heartbeatHandlers = [];
    this.reconnectAttempts = 0;
    this.maxReconnectAttempts = 5;
    this.reconnectTimeout = null;
    this.lastHeartbeat = null;
    this.heartbeatInterval = null;
    this.pingInterval = null;
    this.pongTimeout = null;
    this.reconnecting = false;
  }

  async connect(type, id) {
    // Close existing connection if any
    this.disconnect();
    
    const token = await AsyncStorage.getItem('auth_token');
    const wsUrl = `ws://your-api-domain.com/ws/messaging/${type}/${id}/?token=${token}`;
    
    this.socket = new WebSocket(wsUrl);
    
    this.socket.onopen = () => {
      console.log(`WebSocket connected to ${type} ${id}`);
      this.reconnectAttempts = 0;
      this.reconnecting = false;
      
      // Set up ping interval to test connection
      this.pingInterval = setInterval(() => {
        this.ping();
      }, 60000); // Ping every 60 seconds
      
      // Notify connection established
      this.connectionHandlers.forEach(handler => handler(true));
    };
    
    this.socket.onmessage = (event) => {
      const data = JSON.parse(event.data);
      console.log('WebSocket message received:', data.type);
      
      switch (data.type) {
        case 'message':
        case 'chat_message':
          this.messageHandlers.forEach(handler => 
            handler(data.type === 'message' ? data.message : data));
          break;
          
        case 'typing':
          this.typingHandlers.forEach(handler => 
            handler(data.user_id, data.username, data.is_typing));
          break;
          
        case 'read':
        case 'read_messages':
          this.readHandlers.forEach(handler => 
            handler(data.user_id, data.message_ids || [data.message_id]));
          break;
          
        case 'heartbeat':
          this.lastHeartbeat = new Date();
          this.heartbeatHandlers.forEach(handler => handler(data));
          
          // Acknowledge heartbeat
          this.send({
            type: 'heartbeat_ack',
            timestamp: new Date().toISOString()
          });
          break;
          
        case 'pong':
          // Clear pong timeout if it exists
          if (this.pongTimeout) {
            clearTimeout(this.pongTimeout);
            this.pongTimeout = null;
          }
          console.log('Pong received, connection is alive');
          break;
          
        default:
          console.log('Unknown message type:', data.type);
      }
    };
    
    this.socket.onclose = (event) => {
      console.log(`WebSocket disconnected with code ${event.code}`);
      
      // Clear intervals
      if (this.pingInterval) {
        clearInterval(this.pingInterval);
        this.pingInterval = null;
      }
      
      // Handle reconnection based on close code
      if (!this.reconnecting && 
          this.reconnectAttempts < this.maxReconnectAttempts && 
          event.code !== 1000) {
        
        this.reconnecting = true;
        const delay = Math.min(3000 * Math.pow(2, this.reconnectAttempts), 30000);
        console.log(`Attempting to reconnect in ${delay}ms (attempt ${this.reconnectAttempts + 1})`);
        
        this.reconnectTimeout = setTimeout(() => {
          this.reconnectAttempts++;
          this.connect(type, id);
        }, delay);
      }
      
      this.connectionHandlers.forEach(handler => handler(false, event.code));
    };
    
    this.socket.onerror = (error) => {
      console.error('WebSocket error:', error);
      this.errorHandlers.forEach(handler => handler(error));
    };
  }
  
  disconnect() {
    // Clear all timers
    if (this.reconnectTimeout) {
      clearTimeout(this.reconnectTimeout);
      this.reconnectTimeout = null;
    }
    
    if (this.pingInterval) {
      clearInterval(this.pingInterval);
      this.pingInterval = null;
    }
    
    if (this.pongTimeout) {
      clearTimeout(this.pongTimeout);
      this.pongTimeout = null;
    }
    
    // Close socket if it exists
    if (this.socket) {
      this.socket.close(1000, 'Client disconnected');
      this.socket = null;
    }
    
    this.reconnecting = false;
  }
  
  send(messageObj) {
    if (this.socket && this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify(messageObj));
      return true;
    }
    console.error('WebSocket is not connected, unable to send message');
    return false;
  }
  
  ping() {
    if (this.socket && this.socket.readyState === WebSocket.OPEN) {
      // Send ping
      this.send({ type: 'ping' });
      
      // Set timeout for pong response
      this.pongTimeout = setTimeout(() => {
        console.warn('No pong received, connection may be dead');
        // Attempt to reconnect
        if (this.socket) {
          this.socket.close(1006, 'No pong response');
        }
      }, 5000);
    }
  }
  
  // Add event handlers
  onMessage(handler) {
    this.messageHandlers.push(handler);
    return () => {
      this.messageHandlers = this.messageHandlers.filter(h => h !== handler);
    };
  }
  
  onTyping(handler) {
    this.typingHandlers.push(handler);
    return () => {
      this.typingHandlers = this.typingHandlers.filter(h => h !== handler);
    };
  }
  
  onRead(handler) {
    this.readHandlers.push(handler);
    return () => {
      this.readHandlers = this.readHandlers.filter(h => h !== handler);
    };
  }
  
  onConnection(handler) {
    this.connectionHandlers.push(handler);
    return () => {
      this.connectionHandlers = this.connectionHandlers.filter(h => h !== handler);
    };
  }
  
  onError(handler) {
    this.errorHandlers.push(handler);
    return () => {
      this.errorHandlers = this.errorHandlers.filter(h => h !== handler);
    };
  }
  
  onHeartbeat(handler) {
    this.heartbeatHandlers.push(handler);
    return () => {
      this.heartbeatHandlers = this.heartbeatHandlers.filter(h => h !== handler);
    };
  }
  
  // Get last heartbeat timestamp
  getLastHeartbeat() {
    return this.lastHeartbeat;
  }
  
  // Check if connection is healthy
  isConnectionHealthy() {
    if (!this.lastHeartbeat) return false;
    
    const now = new Date();
    const diff = now.getTime() - this.lastHeartbeat.getTime();
    return diff < 60000; // Less than 1 minute since last heartbeat
  }
}

export default new WebSocketManager();
